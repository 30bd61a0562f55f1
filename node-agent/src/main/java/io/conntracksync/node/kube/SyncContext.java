package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.slf4j.MDC;

/** Names the sync in every log line of a piece of work. */
final class SyncContext {
  private SyncContext() {}

  static void during(ConntrackSync sync, Runnable work) {
    ObjectMeta meta = sync.getMetadata();
    during(meta.getNamespace() + "/" + meta.getName(), meta.getUid(), work);
  }

  static void during(SyncKey key, Runnable work) {
    during(key.namespace() + "/" + key.name(), key.uid(), work);
  }

  private static void during(String name, String uid, Runnable work) {
    MDC.put(LogKeys.SYNC, name);
    MDC.put(LogKeys.SYNC_UID, uid);
    try {
      work.run();
    } finally {
      MDC.remove(LogKeys.SYNC);
      MDC.remove(LogKeys.SYNC_UID);
    }
  }
}
