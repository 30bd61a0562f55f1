package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.kube.ApiConnection;
import io.conntracksync.node.kube.FillTable;
import io.conntracksync.node.kube.MockApiServer;
import io.conntracksync.node.kube.NodeCertificates;
import io.conntracksync.node.kube.ReceivingPorts;
import io.conntracksync.node.kube.RecordingSessions;
import io.conntracksync.node.pod.HookObserver;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceObserver;
import io.conntracksync.node.session.TargetObserver;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.transfer.AgentKey;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The whole agent on fakes of what lies on its node, against the client's mock server, which takes
 * no status and no Lease: readiness must not depend on either.
 */
class AgentTest {
  private MockApiServer server = MockApiServer.start(0);
  private final ApiConnection api = MockApiServer.connection(server.port());
  private final FakeNodeSide side = new FakeNodeSide();
  private final Agent agent = agentOn(0);

  @AfterEach
  void stop() {
    agent.close();
    server.close();
  }

  @Test
  void isReadyWhenTheSyncsOfItsNodeAreKnown() throws Exception {
    agent.start();

    await("ready").untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
    assertThat(get("/livez").body()).isEqualTo("alive\n");
    assertThat(side.happened).containsExactly("hook opened");
  }

  @Test
  void aNodeThatCouldDoMoreIsReadyAndSaysSo() throws Exception {
    side.advice = "set net.netfilter.nf_conntrack_events to 1";

    agent.start();

    await("ready").untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
    assertThat(get("/readyz").body()).contains("carried out; set net.netfilter");
  }

  @Test
  void withoutAnApiServerItIsAliveAndNotReadyAndGetsReadyLater() throws Exception {
    int port = server.port();
    server.close();

    agent.start();
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).startsWith("Starting: ");

    server = MockApiServer.start(port);
    await("ready")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
  }

  @Test
  void metricsAreServedAsPrometheusReadsThem() throws Exception {
    agent.start();

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body())
        .contains("conntracksync_syncs_under_way{role=\"source\"} 0.0")
        .contains("conntracksync_entries_refused_total{reason=\"TableFull\"} 0.0")
        .contains("conntracksync_status_writes_total{result=\"conflict\",role=\"target\"} 0.0");
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    agent.start();

    assertThat(get("/livez/more").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(
            send(HttpRequest.newBuilder(uri("/livez"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build())
                .statusCode())
        .isEqualTo(405);
  }

  @Test
  void aTableThatCannotBeReadEndsTheStartWithItsReason() {
    side.table.breakWith("socket NETLINK_NETFILTER failed: EPERM; needs CAP_NET_ADMIN");

    assertThatThrownBy(agent::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("needs CAP_NET_ADMIN");
    assertThat(side.happened).as("nothing may ask an agent that cannot answer").isEmpty();
  }

  @Test
  void aFailedRehearsalHindersNobody() throws Exception {
    side.rehearsalError = new IOException("a rehearsed sync came to no end");

    agent.start();

    await("ready").untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
  }

  @Test
  void aHookSocketThatCannotBeOpenedEndsTheStartWithItsReason() {
    side.hookError = new IOException("Permission denied");

    assertThatThrownBy(agent::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Permission denied")
        .hasMessageContaining("--hook-socket");
  }

  @Test
  void anHttpPortThatIsTakenEndsTheStartWithItsReason() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Agent second = agentOn(taken.getLocalPort());

      assertThatThrownBy(second::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("HTTP port " + taken.getLocalPort())
          .hasMessageContaining("--http-port");
      second.close();
    }
  }

  @Test
  void stopsWhatItStartedNewestFirstAndOnlyOnce() throws Exception {
    agent.start();

    agent.close();
    agent.close();

    assertThat(side.happened).containsExactly("hook opened", "hook closed", "sessions closed");
    assertThatThrownBy(() -> get("/livez")).isInstanceOf(IOException.class);
  }

  @Test
  void afterItsEndItDoesNotStart() throws Exception {
    agent.close();

    agent.start();

    assertThat(side.happened).containsExactly("sessions closed");
  }

  private Agent agentOn(int httpPort) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Trust trust =
        new Trust(
            AgentKey.create(Clock.systemUTC()), NodeCertificates.onApi(api, new ApiMeters(meters)));
    return Wiring.of(settings(httpPort), side, trust, api, meters);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + agent.httpPort() + path);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Settings settings(int httpPort) {
    return new Settings(
        "n2",
        "conntracksync-system",
        Optional.empty(),
        InetAddress.getLoopbackAddress(),
        new ReceivingPorts(28152, 28251),
        BackendSetting.AUTO,
        Path.of("/run/conntracksync/cts-hook"),
        Path.of("/usr/libexec/conntracksync/conntracksync-hook"),
        Set.of(0),
        "qemu:///system",
        Path.of("/var/lib/kubelet"),
        Duration.ofMillis(200),
        1000,
        10,
        httpPort);
  }

  /** This node in memory; writes down what happens to it. */
  private static final class FakeNodeSide implements NodeSide {
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final List<Set<String>> existing = new CopyOnWriteArrayList<>();
    private final FillTable table = new FillTable();
    private String advice;
    private IOException hookError;
    private IOException rehearsalError;

    @Override
    public ConntrackTable table() {
      return table;
    }

    @Override
    public Optional<String> advice() {
      return Optional.ofNullable(advice);
    }

    @Override
    public Sessions source(SourceObserver observer) {
      return new RecordingSessions();
    }

    @Override
    public Sessions target(TargetObserver observer, HookObserver hooks) {
      return new RecordingSessions();
    }

    @Override
    public void rehearse() throws IOException {
      if (rehearsalError != null) {
        throw rehearsalError;
      }
    }

    @Override
    public AutoCloseable openSockets() throws IOException {
      if (hookError != null) {
        throw hookError;
      }
      happened.add("hook opened");
      return () -> happened.add("hook closed");
    }

    @Override
    public void onlyTheseExist(Set<String> syncs) {
      existing.add(syncs);
    }

    @Override
    public void close() {
      happened.add("sessions closed");
    }
  }
}
