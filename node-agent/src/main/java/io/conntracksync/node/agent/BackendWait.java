package io.conntracksync.node.agent;

import io.conntracksync.node.backend.BackendSearch;
import io.conntracksync.node.backend.Found;
import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.kube.ApiConnection;
import io.conntracksync.node.kube.NodeIdentity;
import io.conntracksync.node.kube.NodePresence;
import io.conntracksync.node.kube.NodeReason;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.transfer.Fingerprint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time before it can be said which table the node has, as while Cilium's agent starts. The
 * agent is alive then and not ready, and says why: to the probes, in its ConntrackNode, in the log.
 */
final class BackendWait implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackendWait.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Health health;
  private final ApiThreads threads = new ApiThreads();
  private final HttpEndpoints http;
  private final ApiConnection api;
  private final NodePresence presence;

  private BackendWait(
      Settings settings,
      Fingerprint certificate,
      Health health,
      HttpEndpoints http,
      ApiConnection api,
      PrometheusMeterRegistry meters) {
    this.health = health;
    this.http = http;
    this.api = api;
    this.presence =
        NodePresence.onApi(
            api,
            new NodeIdentity(
                settings.node(),
                settings.namespace(),
                settings.pod(),
                Optional.empty(),
                settings.address(),
                settings.ports(),
                certificate.text(),
                AgentVersion.text()),
            () -> {
              throw new TableException("the node's table is not known yet");
            },
            Clock.systemUTC(),
            threads.executor(),
            new ApiMeters(meters));
  }

  /**
   * The node's table, when there is one. Throws when waiting is of no use.
   *
   * @param certificate that the agent will show: published while it waits, too
   */
  static NodeBackend await(
      Settings settings,
      Fingerprint certificate,
      BackendSearch search,
      Supplier<ApiConnection> connection)
      throws StartException {
    try {
      NodeBackend backend = find(settings, certificate, search, connection);
      LOG.atInfo()
          .addKeyValue(AgentLogKeys.FORMAT, backend.table().format())
          .addKeyValue(AgentLogKeys.WHY, backend.why())
          .log("table chosen");
      return backend;
    } catch (TableException refused) {
      throw new StartException(refused.getMessage(), refused);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while the node's table was waited for", stopped);
    }
  }

  private static NodeBackend find(
      Settings settings,
      Fingerprint certificate,
      BackendSearch search,
      Supplier<ApiConnection> connection)
      throws StartException, TableException, InterruptedException {
    Found found = search.look();
    if (found instanceof Found.Opened opened) {
      return opened.backend();
    }
    try (BackendWait wait = begin(settings, certificate, connection)) {
      return wait.untilOpened(search, found);
    }
  }

  private static BackendWait begin(
      Settings settings, Fingerprint certificate, Supplier<ApiConnection> connection)
      throws StartException {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Health health = new Health();
    HttpEndpoints http = HttpEndpoints.open(settings.httpPort(), health, meters);
    return new BackendWait(settings, certificate, health, http, connection.get(), meters);
  }

  private NodeBackend untilOpened(BackendSearch search, Found first)
      throws TableException, InterruptedException {
    Found found = first;
    presence.start();
    while (found instanceof Found.NotYet missing) {
      say(NodeReason.BACKEND_AWAITED.finding(missing.why()));
      Thread.sleep(PAUSE.toMillis());
      found = search.look();
    }
    return ((Found.Opened) found).backend();
  }

  private void say(Finding finding) {
    if (finding.equals(health.ready())) {
      return;
    }
    health.report(finding);
    presence.report(finding);
    LOG.atWarn().addKeyValue(AgentLogKeys.MESSAGE, finding.message()).log("table not found yet");
  }

  /** The agent proper goes on from here, with endpoints and a presence of its own. */
  @Override
  public void close() {
    http.close();
    threads.close();
    api.close();
  }
}
