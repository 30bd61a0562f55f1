package io.conntracksync.e2e.install;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.product.ContainerProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Stands in for the controllers of workloads, the scheduler and the kubelets: makes the pods of the
 * Deployment and of the DaemonSet in the installation's namespace, runs their programs in the nodes
 * of the bed, and says so. It knows nothing but what the API server holds.
 */
final class PlayedWorkloads implements AutoCloseable {
  private static final String SYSTEM = ControlPlane.SYSTEM_NAMESPACE;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final KubernetesClient client;
  private final Map<Pod, ContainerProcess> pods = new LinkedHashMap<>();

  PlayedWorkloads(Cluster cluster) {
    this.cluster = cluster;
    client = cluster.controlPlane().admin();
  }

  /** Rolls out what has been installed; returns when all pods are ready. */
  void rollOut() {
    List<Node> nodes = cluster.bed().nodes();
    for (DaemonSet set : client.apps().daemonSets().inNamespace(SYSTEM).list().getItems()) {
      nodes.forEach(node -> run(set, set.getSpec().getTemplate(), node));
    }
    for (Deployment set : client.apps().deployments().inNamespace(SYSTEM).list().getItems()) {
      for (int replica = 0; replica < set.getSpec().getReplicas(); replica++) {
        run(set, set.getSpec().getTemplate(), nodes.get(replica));
      }
    }
    Awaitility.await("all pods are ready")
        .atMost(PATIENCE)
        .failFast(() -> pods.values().forEach(ContainerProcess::requireAlive))
        .until(() -> pods.values().stream().allMatch(ContainerProcess::isReady));
    client.apps().daemonSets().inNamespace(SYSTEM).list().getItems().forEach(this::isRolledOut);
    client.apps().deployments().inNamespace(SYSTEM).list().getItems().forEach(this::isRolledOut);
  }

  private void run(HasMetadata owner, PodTemplateSpec template, Node node) {
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(SYSTEM)
                    .withName(owner.getMetadata().getName() + "-" + node.name())
                    .withLabels(template.getMetadata().getLabels())
                    .addNewOwnerReference()
                    .withApiVersion(owner.getApiVersion())
                    .withKind(owner.getKind())
                    .withName(owner.getMetadata().getName())
                    .withUid(owner.getMetadata().getUid())
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .withSpec(template.getSpec().edit().withNodeName(node.name()).build())
                    .build())
            .create();
    Container container = pod.getSpec().getContainers().get(0);
    Map<String, String> variables = variables(container, pod, node);
    pods.put(
        pod,
        ContainerProcess.begin(
            cluster.delivery(),
            container.getName(),
            new Place(node.enter(), node.addresses().v4()),
            container.getPorts().get(0).getContainerPort(),
            new ContainerProcess.Pod(
                cluster.controlPlane().kubeconfigOf(pod),
                variables,
                arguments(container, variables)),
            cluster.logs().resolve(pod.getMetadata().getName() + ".log")));
  }

  private static Map<String, String> variables(Container container, Pod pod, Node node) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (EnvVar variable : container.getEnv()) {
      variables.put(
          variable.getName(),
          variable.getValueFrom() == null
              ? variable.getValue()
              : field(variable.getValueFrom().getFieldRef().getFieldPath(), pod, node));
    }
    return variables;
  }

  private static String field(String path, Pod pod, Node node) {
    return switch (path) {
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "spec.nodeName" -> pod.getSpec().getNodeName();
      case "status.hostIP" -> node.addresses().v4();
      default -> throw new IllegalArgumentException("the stand-in knows no field " + path);
    };
  }

  private static List<String> arguments(Container container, Map<String, String> variables) {
    List<String> arguments = new ArrayList<>(container.getArgs());
    arguments.replaceAll(
        argument -> {
          String text = argument;
          for (Map.Entry<String, String> variable : variables.entrySet()) {
            text = text.replace("$(" + variable.getKey() + ")", variable.getValue());
          }
          return text;
        });
    return arguments;
  }

  private void isRolledOut(Deployment deployment) {
    int replicas = deployment.getSpec().getReplicas();
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .build());
    client.resource(deployment).updateStatus();
  }

  private void isRolledOut(DaemonSet set) {
    int nodes = cluster.bed().nodes().size();
    set.setStatus(
        new DaemonSetStatusBuilder()
            .withObservedGeneration(set.getMetadata().getGeneration())
            .withDesiredNumberScheduled(nodes)
            .withCurrentNumberScheduled(nodes)
            .withUpdatedNumberScheduled(nodes)
            .withNumberReady(nodes)
            .withNumberAvailable(nodes)
            .withNumberMisscheduled(0)
            .build());
    client.resource(set).updateStatus();
  }

  /** Ends the programs whose pods are to go; returns when all of them are gone. */
  void end() {
    Awaitility.await("all pods are told to go")
        .atMost(PATIENCE)
        .until(
            () ->
                client.pods().inNamespace(SYSTEM).list().getItems().stream()
                    .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null));
    close();
    client.pods().inNamespace(SYSTEM).withGracePeriod(0).delete();
  }

  @Override
  public void close() {
    pods.values().forEach(ContainerProcess::close);
    pods.clear();
  }
}
