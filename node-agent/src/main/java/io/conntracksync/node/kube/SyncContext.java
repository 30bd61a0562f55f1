package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.node.session.LogKeys;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import org.slf4j.MDC;

/** Names the sync in every log line of a piece of work. */
final class SyncContext {
  private SyncContext() {}

  static void during(ConntrackSync sync, Runnable work) {
    ObjectMeta meta = sync.getMetadata();
    during(meta.getNamespace(), meta.getName(), meta.getUid(), work);
  }

  static void during(SyncKey key, Runnable work) {
    during(key.namespace(), key.name(), key.uid(), work);
  }

  private static void during(String namespace, String name, String uid, Runnable work) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.put(LogKeys.NAMESPACE, namespace);
    MDC.put(LogKeys.NAME, name);
    MDC.put(LogKeys.UID, uid);
    try {
      work.run();
    } finally {
      MDC.setContextMap(before == null ? Map.of() : before);
    }
  }
}
