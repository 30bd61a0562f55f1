package io.conntracksync.e2e.rights;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.kubevirt.KubeVirtActor;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.operator.HandMadeAgent;
import io.conntracksync.e2e.process.FreePort;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** What the operator needs each of its rights for. */
final class OperatorNeeds implements Needs, AutoCloseable {
  private static final String NAMESPACE = "operator-rights";
  private static final String LEASE = "conntracksync-operator";
  private static final String ADDRESS = "10.42.7.9";
  private static final String SOURCE = "rack1";
  private static final String TARGET = "rack2";
  private static final ZonedDateTime LONG_AGO = ZonedDateTime.parse("2026-01-01T00:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Path logs;
  private final KubeVirtActor kubeVirt;
  private final Map<String, Supplier<Need>> needs = new LinkedHashMap<>();
  private Optional<OperatorProcess> operator = Optional.empty();
  private boolean asUsual;
  private int count;

  OperatorNeeds(ControlPlane controlPlane, Path logs) {
    this.controlPlane = controlPlane;
    this.logs = logs;
    client = controlPlane.admin();
    kubeVirt = new KubeVirtActor(client, Clock.systemUTC());
    kubeVirt.installApi();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    HandMadeAgent.ready(client, SOURCE, Backend.NETFILTER);
    HandMadeAgent.ready(client, TARGET, Backend.NETFILTER);
    HandMadeAgent.bareNode(client, "bare");
    HandMadeAgent.withoutLease(client, "quiet", Backend.NETFILTER);
    syncs();
    nodes();
    migrations();
    leadership();
  }

  private void syncs() {
    needs.put("list conntracksync.io/conntracksyncs", this::work);
    needs.put("watch conntracksync.io/conntracksyncs", this::work);
    needs.put("create conntracksync.io/conntracksyncs", this::aSyncForAMigration);
    needs.put("get conntracksync.io/conntracksyncs", this::theNameIsTaken);
    needs.put("delete conntracksync.io/conntracksyncs", this::deleteInTime);
    needs.put("patch conntracksync.io/conntracksyncs/status", this::assign);
    needs.put("create events.k8s.io/events", this::anEvent);
  }

  private void nodes() {
    needs.put("list conntracksync.io/conntracknodes", this::work);
    needs.put("watch conntracksync.io/conntracknodes", this::work);
    needs.put("get conntracksync.io/conntracknodes", () -> skip(SOURCE, "bare", "AgentMissing"));
    needs.put("get nodes", this::nameAnUnknownNode);
    needs.put("list coordination.k8s.io/leases", this::work);
    needs.put("watch coordination.k8s.io/leases", this::work);
    needs.put("get coordination.k8s.io/leases", () -> skip(SOURCE, "quiet", "AgentMissing"));
  }

  private void migrations() {
    String names =
        " [virtualmachineinstances.kubevirt.io, virtualmachineinstancemigrations.kubevirt.io]";
    for (String verb : List.of("list", "watch")) {
      needs.put(verb + " apiextensions.k8s.io/customresourcedefinitions" + names, this::work);
    }
    for (String kind : List.of("virtualmachineinstances", "virtualmachineinstancemigrations")) {
      needs.put("list kubevirt.io/" + kind, this::aSyncAfterAStart);
      needs.put("watch kubevirt.io/" + kind, this::aSyncAfterAStart);
      needs.put("get kubevirt.io/" + kind, this::concludeWhatVanished);
    }
    needs.put("get pods", this::theSourcePod);
    needs.put("list pods", this::theTargetPod);
  }

  private void leadership() {
    String own = " coordination.k8s.io/leases [" + LEASE + "]";
    needs.put("update" + own, this::lead);
    needs.put("patch" + own, this::takeOver);
    needs.put("create coordination.k8s.io/leases", this::lead);
  }

  @Override
  public Set<String> rights() {
    return needs.keySet();
  }

  /** By the framework: it agrees on a leader by patches. */
  @Override
  public Set<String> insistedOn() {
    return Set.of("update coordination.k8s.io/leases [" + LEASE + "]");
  }

  @Override
  public Need of(Right right) {
    return Optional.ofNullable(needs.get(right.toString()))
        .orElseThrow(() -> new AssertionError("OperatorNeeds says nothing of: " + right))
        .get();
  }

  @Override
  public void mend() {
    if (!asUsual || hasEnded() || !operator.orElseThrow().isReady()) {
      restart();
    }
  }

  @Override
  public void restart() {
    start("--leader-election=false");
    Awaitility.await("the operator is ready")
        .atMost(PATIENCE)
        .until(() -> operator.orElseThrow().isReady());
    asUsual = true;
  }

  @Override
  public boolean hasEnded() {
    return operator.filter(OperatorProcess::isAlive).isEmpty();
  }

  /** What is left would be read again by each operator that starts. */
  @Override
  public void sweep() {
    for (String kind : List.of("VirtualMachineInstanceMigration", "VirtualMachineInstance")) {
      var objects =
          client.genericKubernetesResources("kubevirt.io/v1", kind).inNamespace(NAMESPACE);
      objects.list().getItems().forEach(object -> remove(objects.resource(object)));
    }
    var syncs = client.resources(ConntrackSync.class).inNamespace(NAMESPACE);
    syncs.list().getItems().forEach(object -> remove(syncs.resource(object)));
    client.pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
  }

  private static void remove(Resource<? extends HasMetadata> object) {
    object.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    object.delete();
  }

  private void start(String settings) {
    close();
    asUsual = false;
    operator =
        Optional.of(
            OperatorProcess.begin(
                SharedImages.ofThisCheckout(),
                Place.loopback(),
                FreePort.next(),
                controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, "conntracksync-operator"),
                logs.resolve("operator.log"),
                settings));
  }

  /** It starts, and does its work. */
  private Need work() {
    String sync = fresh();
    return Need.atStart(
        () -> {
          start("--leader-election=false");
          create(sync, SOURCE, TARGET, "1h");
        },
        () -> isAssigned(sync));
  }

  private Need assign() {
    String sync = fresh();
    return Need.of(() -> create(sync, SOURCE, TARGET, "1h"), () -> isAssigned(sync));
  }

  private Need anEvent() {
    String sync = fresh();
    return Need.of(() -> create(sync, SOURCE, TARGET, "1h"), () -> hasEvent(sync, "PortAssigned"))
        .orElse(
            () ->
                operator
                        .orElseThrow()
                        .metric("conntracksync_operator_writes_lost_total{cause=\"event\"}")
                    > 0);
  }

  private Need deleteInTime() {
    String sync = fresh();
    return Need.of(() -> create(sync, SOURCE, "bare", "0s"), () -> find(sync).isEmpty())
        .orElse(() -> is(sync, status -> status.phase() == Phase.SKIPPED));
  }

  private Need skip(String source, String target, String reason) {
    String sync = fresh();
    return Need.of(
        () -> create(sync, source, target, "1h"),
        () -> is(sync, status -> reason.equals(status.reason())));
  }

  private Need nameAnUnknownNode() {
    String sync = fresh();
    return Need.of(
            () -> create(sync, SOURCE, "rack-typo", "1h"),
            () -> is(sync, status -> "NodeUnknown".equals(status.reason())))
        .orElse(() -> is(sync, status -> "AgentMissing".equals(status.reason())));
  }

  private Need aSyncForAMigration() {
    String name = fresh();
    return Need.of(() -> migrate(name), () -> find(name).isPresent());
  }

  private Need aSyncAfterAStart() {
    String name = fresh();
    return Need.atStart(
            () -> {
              start("--leader-election=false");
              migrate(name);
            },
            () -> find(name).isPresent())
        .orElse(() -> operator.orElseThrow().isReady());
  }

  private Need theSourcePod() {
    String name = fresh();
    return Need.of(
            () -> migrate(name),
            () -> find(name).filter(sync -> sync.getSpec().sourcePod() != null).isPresent())
        .orElse(() -> find(name).isPresent());
  }

  private Need theTargetPod() {
    String name = fresh();
    return Need.of(
            () -> migrate(name),
            () -> find(name).filter(sync -> sync.getSpec().targetPod() != null).isPresent())
        .orElse(() -> find(name).isPresent());
  }

  private Need theNameIsTaken() {
    String name = fresh();
    return Need.of(
        () -> {
          create(name, SOURCE, TARGET, "1h");
          migrate(name);
        },
        () -> hasEvent(name, "NameTaken"));
  }

  /** A migration that is gone, and its VM does not know of it. */
  private Need concludeWhatVanished() {
    String name = fresh();
    return Need.of(
        () -> {
          migrate(name);
          Awaitility.await("it is under way").atMost(PATIENCE).until(() -> isAssigned(name));
          remove(
              client
                  .genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstanceMigration")
                  .inNamespace(NAMESPACE)
                  .withName(name));
        },
        () -> is(name, status -> status.phase() == Phase.CANCELLED));
  }

  /** It becomes the leader where there was none. */
  private Need lead() {
    String sync = fresh();
    return Need.of(
        () -> {
          close();
          client.leases().inNamespace(ControlPlane.SYSTEM_NAMESPACE).withName(LEASE).delete();
          start("--leader-election=true");
          create(sync, SOURCE, TARGET, "1h");
        },
        () -> isAssigned(sync));
  }

  /** It becomes the leader where one has given up. */
  private Need takeOver() {
    String sync = fresh();
    return Need.of(
        () -> {
          close();
          var lease =
              client.resource(
                  new LeaseBuilder()
                      .withNewMetadata()
                      .withNamespace(ControlPlane.SYSTEM_NAMESPACE)
                      .withName(LEASE)
                      .endMetadata()
                      .withNewSpec()
                      .withHolderIdentity("one-that-gave-up")
                      .withLeaseDurationSeconds(1)
                      .withLeaseTransitions(0)
                      .withAcquireTime(LONG_AGO)
                      .withRenewTime(LONG_AGO)
                      .endSpec()
                      .build());
          lease.delete();
          lease.create();
          start("--leader-election=true");
          create(sync, SOURCE, TARGET, "1h");
        },
        () -> isAssigned(sync));
  }

  private String fresh() {
    count++;
    return "case-" + count;
  }

  private PlayedMigration migrate(String name) {
    PlayedMigration migration =
        kubeVirt.runVmi(NAMESPACE, name, SOURCE, List.of(ADDRESS)).createMigration(name, TARGET);
    migration.prepare();
    return migration;
  }

  private void create(String name, String source, String target, String ttl) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    sync.setSpec(
        new ConntrackSyncSpec(
            "vm",
            null,
            source,
            target,
            null,
            null,
            List.of(ADDRESS),
            null,
            null,
            null,
            null,
            null,
            ttl));
    client.resource(sync).create();
  }

  private Optional<ConntrackSync> find(String name) {
    return Optional.ofNullable(
        client.resources(ConntrackSync.class).inNamespace(NAMESPACE).withName(name).get());
  }

  private boolean is(String name, Predicate<ConntrackSyncStatus> condition) {
    return find(name).map(ConntrackSync::getStatus).filter(condition).isPresent();
  }

  private boolean isAssigned(String name) {
    return is(name, status -> status.phase() == Phase.ASSIGNED);
  }

  private boolean hasEvent(String name, String reason) {
    return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
        .anyMatch(
            event ->
                reason.equals(event.getReason())
                    && name.equals(event.getInvolvedObject().getName()));
  }

  /** Ends the operator. */
  @Override
  public void close() {
    operator.ifPresent(OperatorProcess::close);
  }
}
