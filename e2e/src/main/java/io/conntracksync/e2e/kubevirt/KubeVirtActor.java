package io.conntracksync.e2e.kubevirt;

import io.conntracksync.e2e.controlplane.CustomApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;

/**
 * Plays virt-controller and virt-handler on a real API server, in the order in which KubeVirt 1.9
 * writes its objects. Nothing runs: a VMI is an object and a launcher pod.
 *
 * <pre>{@code
 * PlayedVmi vmi = actor.runVmi("shop", "db", "rack1", List.of("10.42.7.9"));
 * vmi.createMigration("db-move", "rack2").play(() -> realMigration());
 * }</pre>
 */
public final class KubeVirtActor {
  private final KubernetesClient client;
  private final Clock clock;

  /** The client must be allowed everything; the clock gives the time stamps in the objects. */
  public KubeVirtActor(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Installs KubeVirt's two CRDs; returns when they are served. */
  public void installApi() {
    new CustomApi(client)
        .install(
            List.of(
                "/kubevirt/virtualmachineinstances.yaml",
                "/kubevirt/virtualmachineinstancemigrations.yaml"));
  }

  /** A VMI that runs on that node, with its launcher pod, and these addresses on its network. */
  public PlayedVmi runVmi(String namespace, String name, String nodeName, List<String> addresses) {
    return PlayedVmi.run(client, clock, namespace, name, nodeName, addresses);
  }
}
