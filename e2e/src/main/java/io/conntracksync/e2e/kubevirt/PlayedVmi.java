package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** A VMI and its launcher pods. Every change of it is one write of the whole object. */
public final class PlayedVmi {
  private static final int SUFFIX_LENGTH = 5;

  private final KubeVirtApi api;
  private final LauncherPods pods;
  private final Clock clock;
  private final String namespace;
  private final String name;
  private String uid;
  private String node;
  private Pod launcher;

  private PlayedVmi(KubernetesClient client, Clock clock, String namespace, String name) {
    this.api = new KubeVirtApi(client);
    this.pods = new LauncherPods(client);
    this.clock = clock;
    this.namespace = namespace;
    this.name = name;
  }

  static PlayedVmi run(
      KubernetesClient client,
      Clock clock,
      String namespace,
      String name,
      String nodeName,
      List<String> addresses) {
    PlayedVmi vmi = new PlayedVmi(client, clock, namespace, name);
    vmi.create(nodeName, addresses);
    return vmi;
  }

  private void create(String nodeName, List<String> addresses) {
    GenericKubernetesResource vmi = new GenericKubernetesResource();
    vmi.setApiVersion(KubeVirtApi.API_VERSION);
    vmi.setKind(KubeVirtApi.VMI);
    vmi.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    vmi.setAdditionalProperty(
        "spec",
        Map.of(
            "evictionStrategy", "LiveMigrate",
            "domain", Map.of("devices", Map.of()),
            "networks", List.of(Map.of("name", "default", "pod", Map.of()))));
    vmi.setAdditionalProperty("status", Map.of("phase", "Scheduling"));
    uid = api.create(vmi).getMetadata().getUid();
    node = nodeName;
    launcher = createLauncher();
    pods.runOn(launcher, nodeName);
    edit(
        found -> {
          label(found, KubeVirtApi.LABEL_NODE, nodeName);
          Map<String, Object> status = Fields.status(found);
          status.put("phase", "Running");
          status.put("nodeName", nodeName);
          Fields.map(status, "activePods").put(launcher.getMetadata().getUid(), nodeName);
          status.put("interfaces", List.of(podNetwork(addresses)));
        });
  }

  private static Map<String, Object> podNetwork(List<String> addresses) {
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("name", "default");
    network.put("infoSource", "domain");
    network.put("podInterfaceName", "eth0");
    network.put("ipAddress", addresses.get(0));
    network.put("ipAddresses", List.copyOf(addresses));
    return network;
  }

  /** A migration of this VMI to that node, as a user or a drain creates it: nothing has begun. */
  public PlayedMigration createMigration(String migrationName, String targetNode) {
    return PlayedMigration.create(this, migrationName, targetNode);
  }

  /** Sets an annotation, as the owner of the VMI would. */
  public void annotate(String key, String value) {
    edit(found -> found.getMetadata().getAnnotations().put(key, value));
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  public String uid() {
    return uid;
  }

  /** The node on which it runs. */
  public String node() {
    return node;
  }

  public String launcherPod() {
    return launcher.getMetadata().getName();
  }

  /** The uid of the pod in which it runs. */
  public String launcherUid() {
    return launcher.getMetadata().getUid();
  }

  /** Deletes the VMI and its pods. */
  public void delete() {
    resource().delete();
    pods.delete(launcher);
  }

  Resource<GenericKubernetesResource> resource() {
    return api.vmi(namespace, name);
  }

  KubeVirtApi api() {
    return api;
  }

  LauncherPods pods() {
    return pods;
  }

  Pod launcher() {
    return launcher;
  }

  Pod createLauncher() {
    String suffix = UUID.randomUUID().toString().substring(0, SUFFIX_LENGTH);
    Pod pod = pods.create(namespace, "virt-launcher-" + name + "-" + suffix, name);
    pods.adopt(pod, name, uid);
    return pod;
  }

  /** The VMI has arrived: its former pod has ended, its new one is the launcher from now on. */
  void movedTo(String nodeName, Pod newLauncher) {
    pods.finish(launcher);
    node = nodeName;
    launcher = newLauncher;
  }

  void edit(Consumer<GenericKubernetesResource> change) {
    resource()
        .edit(
            found -> {
              change.accept(found);
              return found;
            });
  }

  /** Changes the state of the migration alone. */
  void editState(Consumer<Map<String, Object>> change) {
    edit(found -> change.accept(Fields.migrationState(found)));
  }

  void label(GenericKubernetesResource vmi, String key, String value) {
    vmi.getMetadata().getLabels().put(key, value);
  }

  /** Now, as Kubernetes writes times: whole seconds. */
  String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
