package io.conntracksync.operator.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.PortRange;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.operator.kubevirt.Recording;
import io.conntracksync.operator.kubevirt.VirtualMachineInstance;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.conntracksync.operator.settings.Leadership;
import io.conntracksync.operator.settings.OperatorSettings;
import io.conntracksync.operator.settings.SyncDefaults;
import io.conntracksync.operator.sync.MockApplyStatusWriter;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole operator against fabric8's mock server. The mock validates nothing, collects nothing
 * and knows no server-side apply: what depends on those is tested against a real API server
 * elsewhere.
 */
class OperatorOnMockServerTest {
  private static final String HOME = "conntracksync";
  private static final String PORT = "28152";

  private KubernetesMockServer server;
  private KubernetesClient client;
  private OperatorProgram operator;
  private final Map<String, String> uids = new HashMap<>();

  @BeforeEach
  void startWithoutKubeVirt() {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(List.of()),
            false);
    server.init();
    client = newClient();
    node("nodea");
    node("nodeb");
    operator =
        OperatorProgram.start(
            new OperatorSettings(
                HOME, Optional.empty(), 0, Leadership.ALONE, SyncDefaults.ofTheApi()),
            newClient(),
            MockApplyStatusWriter::new,
            Clock.systemUTC(),
            reason -> {});
  }

  @AfterEach
  void stop() {
    operator.close();
    client.close();
    server.destroy();
  }

  @Test
  void theRecordedMigrationsAreFollowedFromHandOverToCleanUp() {
    installKubeVirt();

    playUntil("782");
    awaitSync("web-mig", sync -> phase(sync) == Phase.ASSIGNED, "assigned");
    assertThat(sync("web-mig").getStatus().assignment().port()).isEqualTo(28152);
    imported("web-mig");
    awaitSync("web-mig", sync -> phase(sync) == Phase.IMPORTED, "imported");
    play("804", "822");
    awaitSync("web-mig", sync -> phase(sync) == Phase.COMPLETED, "completed");
    assertThat(sync("web-mig").getStatus().reason()).isEqualTo("MigrationSucceeded");

    play("854", "869");
    awaitSync("web-mig2", sync -> phase(sync) == Phase.ASSIGNED, "assigned");
    assertThat(sync("web-mig2").getSpec().sourceNode()).isEqualTo("nodeb");
    play("875", "894");
    awaitSync("web-mig2", sync -> phase(sync) == Phase.CANCELLED, "cancelled");

    assertThat(events())
        .contains(
            "ConntrackSync web-mig PortAssigned",
            "ConntrackSync web-mig EntriesImported",
            "ConntrackSync web-mig MigrationSucceeded",
            "VirtualMachineInstanceMigration web-mig MigrationSucceeded",
            "VirtualMachineInstanceMigration web-mig2 MigrationAborted")
        .doesNotHaveDuplicates();
  }

  @Test
  void aSyncMadeByHandNeedsNoKubeVirt() {
    manual("by-hand", "nodea", "nodeb");

    awaitSync("by-hand", sync -> phase(sync) == Phase.ASSIGNED, "assigned");

    assertThat(sync("by-hand").getMetadata().getFinalizers()).isEmpty();
  }

  @Test
  void aSyncThatNamesAnUnknownNodeIsSkipped() {
    manual("wrong", "nodea", "nodex");

    awaitSync("wrong", sync -> phase(sync) == Phase.SKIPPED, "skipped");

    assertThat(sync("wrong").getStatus().reason()).isEqualTo("NodeUnknown");
    assertThat(sync("wrong").getStatus().message()).contains("there is no node nodex");
  }

  @Test
  void aPortThatCannotBeBoundIsReplaced() {
    manual("taken", "nodea", "nodeb");
    awaitSync("taken", sync -> phase(sync) == Phase.ASSIGNED, "assigned");

    editStatus(
        "taken",
        status -> agentsPart(status, target("taken", 28152, 0L), condition("False", "PortInUse")));

    awaitSync("taken", sync -> sync.getStatus().assignment().port() == 28153, "another port");
  }

  @Test
  void aNameThatIsUsedAgainIsFreeOnceTheEarlierSyncHasEnded() {
    installKubeVirt();
    playUntil("782");
    awaitSync("web-mig", sync -> phase(sync) == Phase.ASSIGNED, "assigned");
    String earlier = sync("web-mig").getMetadata().getUid();

    removeMigration("web-mig");
    playUntil("782");

    awaitSync(
        "web-mig",
        sync -> phase(sync) == Phase.ASSIGNED && !sync.getMetadata().getUid().equals(earlier),
        "that of the new migration");
    assertThat(events()).contains("ConntrackSync web-mig MigrationGone");
  }

  @Test
  void whoWaitsForAPortIsServedInOrderWhenOneIsFreed() {
    ports("nodeb", 28152, 28152);
    manual("first", "nodea", "nodeb");
    awaitSync("first", sync -> phase(sync) == Phase.ASSIGNED, "assigned");
    manual("second", "nodea", "nodeb");
    awaitSync("second", sync -> phase(sync) == Phase.PENDING, "pending");
    assertThat(sync("second").getStatus().reason()).isEqualTo("PortsExhausted");

    client.resource(sync("first")).delete();

    awaitSync("second", sync -> phase(sync) == Phase.ASSIGNED, "assigned");
    assertThat(sync("second").getStatus().assignment().port()).isEqualTo(28152);
  }

  @Test
  void healthAndMetricsAreServed() throws Exception {
    manual("by-hand", "nodea", "nodeb");
    awaitSync("by-hand", sync -> phase(sync) == Phase.ASSIGNED, "assigned");

    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body())
        .contains(
            "conntracksync_operator_ports_in_use 1.0",
            "conntracksync_operator_ports_assigned_total 1.0",
            "conntracksync_operator_time_to_assignment_seconds_count 1");
  }

  private KubernetesClient newClient() {
    return server.createClient(
        builder -> builder.withKubernetesSerialization(ApiSerialization.create()));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operator.httpPort() + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private void installKubeVirt() {
    client.resource(definition("VirtualMachineInstance")).create();
    client.resource(definition("VirtualMachineInstanceMigration")).create();
  }

  private static CustomResourceDefinition definition(String kind) {
    String plural = kind.toLowerCase(Locale.ROOT) + "s";
    return new CustomResourceDefinitionBuilder()
        .withNewMetadata()
        .withName(plural + ".kubevirt.io")
        .endMetadata()
        .withNewSpec()
        .withGroup("kubevirt.io")
        .withScope("Namespaced")
        .withNewNames()
        .withKind(kind)
        .withPlural(plural)
        .endNames()
        .addNewVersion()
        .withName("v1")
        .withServed(true)
        .withStorage(true)
        .endVersion()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("Established")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  private void playUntil(String last) {
    play("0", last);
  }

  private void play(String first, String last) {
    for (HasMetadata step : Recording.steps()) {
      long version = Long.parseLong(step.getMetadata().getResourceVersion());
      if (version >= Long.parseLong(first) && version <= Long.parseLong(last)) {
        write(step);
      }
    }
  }

  private void removeMigration(String name) {
    var migration =
        client
            .resources(VirtualMachineInstanceMigration.class)
            .inNamespace("default")
            .withName(name);
    migration.edit(
        found -> {
          found.getMetadata().setFinalizers(List.of());
          return found;
        });
    migration.delete();
  }

  // The mock gives uids of its own; what the recording says of a migration's uid must follow.
  private void write(HasMetadata step) {
    step.getMetadata().setResourceVersion(null);
    if (step instanceof VirtualMachineInstance vmi) {
      Recording.mapMigrationUid(vmi, uid -> uids.getOrDefault(uid, uid));
    }
    String recorded = step.getMetadata().getUid();
    if (client.resource(step).get() == null) {
      uids.put(recorded, client.resource(step).create().getMetadata().getUid());
    } else {
      client.resource(step).update();
    }
  }

  private void manual(String name, String source, String target) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName(name).build());
    sync.setSpec(
        new ConntrackSyncSpec(
            name,
            null,
            source,
            target,
            null,
            null,
            List.of("10.30.0.100"),
            null,
            null,
            null,
            null,
            null,
            null));
    client.resource(sync).create();
  }

  private void node(String name) {
    client
        .resource(new NodeBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    ConntrackNode node = new ConntrackNode();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    node.setStatus(status(new PortRange(Integer.parseInt(PORT), 28251)));
    client.resource(node).create();
    client.resource(node).updateStatus();
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(HOME)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withLeaseDurationSeconds(3600)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build())
        .create();
  }

  private void ports(String node, int first, int last) {
    ConntrackNode found = client.resources(ConntrackNode.class).withName(node).get();
    found.setStatus(status(new PortRange(first, last)));
    client.resource(found).updateStatus();
    // The next look must see it: the operator is told nothing, it reads its cache.
    await("node seen")
        .until(
            () ->
                client
                        .resources(ConntrackNode.class)
                        .withName(node)
                        .get()
                        .getStatus()
                        .ports()
                        .last()
                    == last);
  }

  private static ConntrackNodeStatus status(PortRange range) {
    return new ConntrackNodeStatus(
        Backend.NETFILTER,
        "1",
        "192.0.2.2",
        range,
        "sha256:00",
        "0",
        null,
        List.of(new ConditionBuilder().withType("Ready").withStatus("True").build()));
  }

  private void imported(String name) {
    editStatus(
        name,
        status -> agentsPart(status, target(name, 28152, 20L), condition("True", "Imported")));
  }

  private TargetStatus target(String name, int port, Long received) {
    return new TargetStatus(
        sync(name).getMetadata().getUid(),
        0,
        port,
        received,
        received,
        null,
        null,
        null,
        null,
        null);
  }

  private static Condition condition(String status, String reason) {
    return new ConditionBuilder()
        .withType("Imported")
        .withStatus(status)
        .withReason(reason)
        .withMessage("")
        .withLastTransitionTime("2026-01-01T00:00:00Z")
        .build();
  }

  private static ConntrackSyncStatus agentsPart(
      ConntrackSyncStatus old, TargetStatus target, Condition imported) {
    List<Condition> conditions = new ArrayList<>(old.conditions());
    conditions.removeIf(c -> c.getType().equals("Imported"));
    conditions.add(imported);
    return new ConntrackSyncStatus(
        old.observedGeneration(),
        old.phase(),
        old.reason(),
        old.message(),
        old.outcome(),
        old.concludedTime(),
        old.assignment(),
        old.source(),
        target,
        conditions);
  }

  private void editStatus(String name, UnaryOperator<ConntrackSyncStatus> edit) {
    client
        .resource(sync(name))
        .editStatus(
            sync -> {
              sync.setStatus(edit.apply(sync.getStatus()));
              return sync;
            });
  }

  private ConntrackSync sync(String name) {
    return client.resources(ConntrackSync.class).inNamespace("default").withName(name).get();
  }

  private static Phase phase(ConntrackSync sync) {
    return sync.getStatus() == null ? null : sync.getStatus().phase();
  }

  private void awaitSync(String name, Predicate<ConntrackSync> state, String alias) {
    await(name + " is " + alias)
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              ConntrackSync sync = sync(name);
              return sync != null && state.test(sync);
            });
  }

  private List<String> events() {
    return client.events().v1().events().inNamespace("default").list().getItems().stream()
        .map(
            event ->
                event.getRegarding().getKind()
                    + " "
                    + event.getRegarding().getName()
                    + " "
                    + event.getReason())
        .toList();
  }
}
