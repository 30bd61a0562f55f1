package io.conntracksync.operator.program;

import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.settings.OwnPod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lease by which operators agree on a leader. It belongs to the leader's pod and is collected
 * with it: the next leader makes it anew, and after the last there is none.
 */
record LeaderLease(KubernetesClient client, String namespace) {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);

  /** Best effort: a Lease that stays does no harm. */
  void belongTo(OwnPod pod) {
    Map<String, String> owner =
        Map.of("apiVersion", "v1", "kind", "Pod", "name", pod.name(), "uid", pod.uid());
    String patch =
        client
            .getKubernetesSerialization()
            .asJson(Map.of("metadata", Map.of("ownerReferences", List.of(owner))));
    try {
      client
          .leases()
          .inNamespace(namespace)
          .withName(OperatorProgram.LEASE)
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue(LogKeys.RESOURCE, OperatorProgram.LEASE)
          .setCause(e)
          .log("the Lease is not bound to this pod, it will outlive it");
    }
  }
}
