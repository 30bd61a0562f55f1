package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the client's mock server, without the field selector that it does not know. */
class SyncWatchTest {
  private static final ResourceDefinitionContext SYNCS =
      new ResourceDefinitionContext.Builder()
          .withGroup(ConntrackSync.GROUP)
          .withVersion("v1alpha1")
          .withKind("ConntrackSync")
          .withPlural("conntracksyncs")
          .withNamespaced(true)
          .build();

  /** What a newer API server may hand out: fields and values that this agent does not know. */
  private static final String OF_A_NEWER_API =
      """
      apiVersion: conntracksync.io/v1alpha1
      kind: ConntrackSync
      metadata: {namespace: vms, name: newer}
      spec:
        virtualMachineInstance: vm
        sourceNode: n1
        targetNode: n2
        addresses: [10.30.0.101]
        failurePolicy: Hope
        novelty: {depth: 3}
      status:
        phase: Levitating
        assignment: {address: 192.0.2.2, port: 28200, time: "2026-11-22T10:00:00.123456Z", lane: 7}
        conditions: [{type: Floats, status: "Maybe", height: 3}]
      """;

  private MockApiServer server = MockApiServer.start(0);
  private final KubernetesClient client = MockApiServer.client(server.port());
  private final RecordingSessions sessions = new RecordingSessions();
  private final SyncWatch watch = watch();

  @AfterEach
  void stop() {
    watch.close();
    client.close();
    server.close();
  }

  @Test
  void whatIsThereAtTheStartAndWhatComesLaterReachesTheSessions() {
    create(Syncs.in(Phase.ASSIGNED));
    String uid = stored().getMetadata().getUid();

    watch.start().join();
    await("the sync that was there")
        .untilAsserted(() -> assertThat(sessions.calls()).contains("assigned " + uid + " 28152"));
    client.resource(stored()).editStatus(sync -> Syncs.in(sync, Phase.COMPLETED, Syncs.ASSIGNMENT));

    await("its end")
        .untilAsserted(() -> assertThat(sessions.calls()).endsWith("concluded " + uid + " KEEP"));
  }

  @Test
  void anObjectOfANewerApiStopsNothing() {
    client
        .genericKubernetesResources(SYNCS)
        .inNamespace("vms")
        .resource(
            new KubernetesSerialization()
                .unmarshal(OF_A_NEWER_API, GenericKubernetesResource.class))
        .create();
    CompletableFuture<Void> started = watch.start();
    started.join();
    create(Syncs.in(Phase.ASSIGNED));

    await("the object that came after")
        .untilAsserted(() -> assertThat(sessions.calls()).isNotEmpty());
    assertThat(watch.stopped()).isNotDone();
  }

  @Test
  void anApiServerThatIsAwayAtTheStartIsWaitedFor() {
    int port = server.port();
    server.close();

    CompletableFuture<Void> started = watch.start();
    assertThat(started).isNotDone();
    server = MockApiServer.start(port);

    await("the watch is up").atMost(Duration.ofSeconds(30)).until(started::isDone);
    assertThat(started).isCompleted();
    assertThat(watch.stopped()).isNotDone();
  }

  @Test
  void closingEndsTheWatchWithoutAnError() {
    watch.start().join();

    watch.close();

    await("the watch is over").untilAsserted(() -> assertThat(watch.stopped()).isCompleted());
  }

  private SyncWatch watch() {
    RecordingTally tally = new RecordingTally();
    StatusReporter<?> reporter =
        new StatusReporter<>(
            new SourcePart(),
            new StatusFactory(Clock.systemUTC()),
            new StatusQueue(
                Role.SOURCE, (sync, part) -> WriteResult.WRITTEN, (delay, work) -> {}, tally));
    return SyncWatch.over(
        client.resources(ConntrackSync.class).inAnyNamespace(),
        new SyncEvents(
            Role.SOURCE, new SyncReader(Duration.ofMillis(200)), reporter, sessions, tally),
        Role.SOURCE,
        tally);
  }

  private void create(ConntrackSync sync) {
    client.resource(sync).create();
  }

  private ConntrackSync stored() {
    return client.resources(ConntrackSync.class).inNamespace("vms").withName("move-1").require();
  }
}
