package io.conntracksync.e2e.cluster;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.BedSettings;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.kubevirt.KubeVirtActor;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Archives;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.Delivery;
import io.conntracksync.e2e.product.InstalledHook;
import io.conntracksync.e2e.product.OperatorProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Two libvirt nodes under a real control plane in which KubeVirt is played and ConntrackSync can be
 * installed. Close what was started in it first, then the cluster.
 */
public final class Cluster implements AutoCloseable {
  /** Where the VM and its migrations live. */
  public static final String NAMESPACE = "shop";

  private static final String OPERATOR = "conntracksync-operator";
  private static final String AGENT = "conntracksync-agent";

  private final Delivery delivery;
  private final Path work;
  private final Bed bed;
  private final ControlPlane controlPlane;
  private final KubeVirtActor kubeVirt;

  private Cluster(Delivery delivery, Path work, Bed bed, ControlPlane controlPlane) {
    this.delivery = delivery;
    this.work = work;
    this.bed = bed;
    this.controlPlane = controlPlane;
    this.kubeVirt = new KubeVirtActor(controlPlane.admin(), Clock.systemUTC());
  }

  /**
   * Starts it on stock nodes, with its state and logs in this folder; nothing of ConntrackSync runs
   * yet.
   */
  public static Cluster up(Build build, Path work) {
    return up(build, work, stockBed(build));
  }

  /** The bed in which no libvirt has a gate, to be varied. */
  public static BedSettings stockBed(Build build) {
    return BedSettings.of(build.root().resolve("e2e"));
  }

  /** The same on a bed of these settings. */
  public static Cluster up(Build build, Path work, BedSettings settings) {
    return up(new Archives(build), work, settings);
  }

  /** The same, for programs that come in this form. */
  public static Cluster up(Delivery delivery, Path work, BedSettings settings) {
    Cluster cluster = withoutProduct(delivery, work, settings);
    try {
      cluster.installProduct();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The same, without ConntrackSync's API and rights: to be installed by hand. */
  public static Cluster withoutProduct(Delivery delivery, Path work, BedSettings settings) {
    Bed bed = Bed.up(settings);
    try {
      Place fabric = new Place(bed.fabric().enter(), bed.fabric().addresses().v4());
      ControlPlane controlPlane = ControlPlane.start(work.resolve("control-plane"), fabric);
      try {
        Cluster cluster = new Cluster(delivery, work, bed, controlPlane);
        cluster.populate();
        return cluster;
      } catch (RuntimeException e) {
        controlPlane.close();
        throw e;
      }
    } catch (RuntimeException e) {
      bed.close();
      throw e;
    }
  }

  private void installProduct() {
    controlPlane.installApi();
    controlPlane.installRights(Chart.ofCheckout(build().root(), work.resolve("chart")));
  }

  private void populate() {
    kubeVirt.installApi();
    controlPlane
        .admin()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    for (Node node : bed.nodes()) {
      controlPlane
          .admin()
          .resource(new NodeBuilder().withNewMetadata().withName(node.name()).endMetadata().build())
          .serverSideApply();
    }
  }

  public Bed bed() {
    return bed;
  }

  public ControlPlane controlPlane() {
    return controlPlane;
  }

  public KubeVirtActor kubeVirt() {
    return kubeVirt;
  }

  public Build build() {
    return delivery.build();
  }

  /** In which form the programs come. */
  public Delivery delivery() {
    return delivery;
  }

  /** Where programs leave their logs. */
  public Path logs() {
    return work.resolve("logs");
  }

  /** The operator, with a token of its service account and the shipped roles. */
  public OperatorProcess startOperator(String... settings) {
    Path kubeconfig = controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, OPERATOR);
    return OperatorProcess.start(
        delivery, bed.fabric(), kubeconfig, logs().resolve("operator.log"), settings);
  }

  /** The agent of this node, with a token bound to the node and the shipped roles. */
  public AgentProcess startAgent(Node node, String... settings) {
    Path kubeconfig =
        controlPlane.nodeBoundKubeconfig(ControlPlane.SYSTEM_NAMESPACE, AGENT, node.name());
    return AgentProcess.start(
        delivery, node, kubeconfig, logs().resolve("agent-" + node + ".log"), settings);
  }

  /** The hook, on both nodes: a VM may migrate either way. */
  public void installHooks() {
    bed.nodes().forEach(node -> InstalledHook.on(node, build()));
  }

  /** The sync as the API server has it. */
  public Optional<ConntrackSync> sync(String name) {
    return Optional.ofNullable(
        controlPlane
            .admin()
            .resources(ConntrackSync.class)
            .inNamespace(NAMESPACE)
            .withName(name)
            .get());
  }

  @Override
  public void close() {
    try {
      controlPlane.close();
    } finally {
      bed.close();
    }
  }
}
