package io.conntracksync.e2e.rights;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.faults.SyncByHand;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.OperatorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * What an agent needs each of its rights for: the target's, in a cluster in which all else runs.
 */
final class AgentNeeds implements Needs, AutoCloseable {
  private static final String ADDRESS = "10.30.0.79";

  private final Cluster cluster;
  private final KubernetesClient client;
  private final Node source;
  private final Node target;
  private final OperatorProcess operator;
  private final AgentProcess other;
  private final Map<String, Supplier<Need>> needs = new LinkedHashMap<>();
  private Optional<AgentProcess> agent = Optional.empty();
  private int count;

  AgentNeeds(Cluster cluster) {
    this.cluster = cluster;
    client = cluster.controlPlane().admin();
    source = cluster.bed().nodeA();
    target = cluster.bed().nodeB();
    operator = cluster.startOperator("--leader-election=false");
    other = cluster.startAgent(source);
    needs.put("list conntracksync.io/conntracksyncs", this::beReady);
    needs.put("watch conntracksync.io/conntracksyncs", this::beReady);
    needs.put("patch conntracksync.io/conntracksyncs/status", this::sync);
    needs.put("list conntracksync.io/conntracknodes", this::beReady);
    needs.put("watch conntracksync.io/conntracknodes", this::beReady);
    needs.put("create conntracksync.io/conntracknodes", this::introduceItself);
    needs.put("patch conntracksync.io/conntracknodes/status", this::introduceItself);
    needs.put("get nodes", this::introduceItself);
    needs.put("create coordination.k8s.io/leases", this::giveASignOfLife);
    needs.put("patch coordination.k8s.io/leases", this::giveASignOfLife);
  }

  @Override
  public Set<String> rights() {
    return needs.keySet();
  }

  @Override
  public Need of(Right right) {
    return Optional.ofNullable(needs.get(right.toString()))
        .orElseThrow(() -> new AssertionError("AgentNeeds says nothing of: " + right))
        .get();
  }

  @Override
  public void sweep() {
    SyncByHand.removeAll(cluster);
  }

  @Override
  public void mend() {
    if (hasEnded() || !agent.orElseThrow().isReady()) {
      restart();
    }
  }

  @Override
  public void restart() {
    start();
    Awaitility.await("the agent is ready, and has said so")
        .atMost(Duration.ofSeconds(60))
        .until(() -> agent.orElseThrow().isReady() && isIntroduced());
  }

  @Override
  public boolean hasEnded() {
    return agent.filter(AgentProcess::isAlive).isEmpty();
  }

  private void start() {
    agent.ifPresent(AgentProcess::close);
    agent =
        Optional.of(
            AgentProcess.begin(
                cluster.delivery(),
                target,
                cluster
                    .controlPlane()
                    .nodeBoundKubeconfig(
                        ControlPlane.SYSTEM_NAMESPACE, "conntracksync-agent", target.name()),
                cluster.logs().resolve("agent.log")));
  }

  private Need beReady() {
    return Need.atStart(this::start, () -> agent.orElseThrow().isReady());
  }

  private Need sync() {
    count++;
    String name = "case-" + count;
    return Need.of(
        () -> SyncByHand.create(cluster, name, "db", source, target, ADDRESS),
        () ->
            cluster
                .sync(name)
                .map(ConntrackSync::getStatus)
                .filter(status -> status.phase() == Phase.IMPORTED)
                .isPresent());
  }

  private Need introduceItself() {
    return Need.of(
        () -> {
          agent.ifPresent(AgentProcess::close);
          client.resources(ConntrackNode.class).withName(target.name()).delete();
          start();
        },
        this::isIntroduced);
  }

  private boolean isIntroduced() {
    ConntrackNode node = client.resources(ConntrackNode.class).withName(target.name()).get();
    return node != null
        && node.getStatus() != null
        && node.getStatus().conditions() != null
        && node.getStatus().conditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private Need giveASignOfLife() {
    var lease = client.leases().inNamespace(ControlPlane.SYSTEM_NAMESPACE).withName(target.name());
    return Need.of(
        () -> {
          agent.ifPresent(AgentProcess::close);
          lease.delete();
          start();
        },
        () -> lease.get() != null);
  }

  @Override
  public void close() {
    agent.ifPresent(AgentProcess::close);
    other.close();
    operator.close();
  }
}
