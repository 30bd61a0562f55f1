package io.conntracksync.operator.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.operator.migration.CreationRehearsal;
import io.conntracksync.operator.settings.SyncDefaults;
import io.conntracksync.operator.sync.AssignmentRehearsal;
import io.conntracksync.operator.sync.KubernetesSyncWriter;
import io.conntracksync.operator.sync.StatusWriter;
import io.conntracksync.operator.sync.Written;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mock server keeps what a dry run made; that the real one does not is tested in e2e. */
class RehearsalTest {
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(List.of()),
          false);
  private final List<ConntrackSyncStatus> written = new CopyOnWriteArrayList<>();
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init();
    Config config = server.createClient().getConfiguration();
    // How long a client is patient with a server that is away is not what this is about.
    config.setRequestRetryBackoffLimit(0);
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(ApiSerialization.create())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void everyCreationIsADryRunAndTheAssignmentIsPlayedUpToItsWrite() throws InterruptedException {
    rehearsal(
            (read, part) -> {
              written.add(part);
              return Written.GONE;
            })
        .play();

    assertThat(requests("POST")).isNotEmpty().allMatch(path -> path.contains("dryRun=All"));
    assertThat(written).isNotEmpty();
    assertThat(written.get(0).assignment().address()).isEqualTo("192.0.2.2");
  }

  @Test
  void aFailedRehearsalHindersNobody() {
    server.destroy();

    rehearsal((read, part) -> Written.GONE).play();

    assertThat(written).isEmpty();
  }

  private Rehearsal rehearsal(StatusWriter writer) {
    return new Rehearsal(
        new CreationRehearsal(client, "conntracksync", SyncDefaults.ofTheApi()),
        new AssignmentRehearsal(writer, new KubernetesSyncWriter(client), Clock.systemUTC()),
        Duration.ofMinutes(1));
  }

  private List<String> requests(String method) throws InterruptedException {
    List<String> paths = new CopyOnWriteArrayList<>();
    while (server.getRequestCount() > 0) {
      var request = server.takeRequest(10, TimeUnit.MILLISECONDS);
      if (request == null) {
        break;
      }
      if (request.getMethod().equals(method)) {
        paths.add(request.getPath());
      }
    }
    return paths;
  }
}
