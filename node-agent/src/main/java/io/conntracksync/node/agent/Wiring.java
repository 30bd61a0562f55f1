package io.conntracksync.node.agent;

import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.kube.ApiConnection;
import io.conntracksync.node.kube.NodeCertificates;
import io.conntracksync.node.kube.NodeIdentity;
import io.conntracksync.node.kube.NodePresence;
import io.conntracksync.node.kube.Role;
import io.conntracksync.node.kube.StatusFactory;
import io.conntracksync.node.kube.StatusQueue;
import io.conntracksync.node.kube.StatusRehearsal;
import io.conntracksync.node.kube.StatusReporter;
import io.conntracksync.node.kube.SyncWatch;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.transfer.AgentKey;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Puts the parts together; the only place that knows all of them. */
final class Wiring {
  private static final int REMEMBERED_SYNCS = 1000;

  private Wiring() {}

  /** The agent of a node with that table, and with this key. */
  static Agent of(Settings settings, AgentKey key, NodeBackend backend, ApiConnection api) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Trust trust = new Trust(key, NodeCertificates.onApi(api, new ApiMeters(meters)));
    return of(settings, new ThisNode(settings, trust, backend, meters), trust, api, meters);
  }

  static Agent of(
      Settings settings,
      NodeSide side,
      Trust trust,
      ApiConnection api,
      PrometheusMeterRegistry meters) {
    Clock clock = Clock.systemUTC();
    ApiMeters tally = new ApiMeters(meters);
    ApiThreads threads = new ApiThreads();
    ConntrackTable table = side.table();

    SessionMeters sessionMeters = new SessionMeters(meters, REMEMBERED_SYNCS);
    StatusFactory factory = new StatusFactory(clock);
    StatusReporter<SourceProgress> sourceStatus =
        StatusReporter.ofSource(
            factory, StatusQueue.toApi(api, Role.SOURCE, threads.executor(), tally));
    StatusReporter<TargetProgress> targetStatus =
        StatusReporter.ofTarget(
            factory, StatusQueue.toApi(api, Role.TARGET, threads.executor(), tally));
    Sessions source =
        side.source(
            (order, progress) -> {
              sessionMeters.progressed(order, progress);
              sourceStatus.progressed(order, progress);
            });
    Sessions target =
        side.target(
            (order, progress) -> {
              sessionMeters.progressed(order, progress);
              targetStatus.progressed(order, progress);
            },
            (order, result, message) ->
                targetStatus.found(order, ConditionType.HOOK_INSTALLED, result.finding(message)));
    NodeIdentity identity =
        new NodeIdentity(
            settings.node(),
            settings.namespace(),
            settings.pod(),
            Optional.of(NodeTables.format(table)),
            settings.address(),
            settings.ports(),
            trust.key().fingerprint().text(),
            AgentVersion.text());
    NodePresence presence =
        NodePresence.onApi(api, identity, table::fill, clock, threads.executor(), tally);
    List<SyncWatch> watches =
        List.of(
            SyncWatch.ofNode(
                api, settings.node(), settings.defaultHookDeadline(), sourceStatus, source, tally),
            SyncWatch.ofNode(
                api, settings.node(), settings.defaultHookDeadline(), targetStatus, target, tally));
    return new Agent(
        settings,
        new Agent.Parts(
            side,
            new StatusRehearsal(api, settings.namespace(), clock),
            presence,
            trust.nodes(),
            watches,
            meters,
            List.of(threads, api)));
  }
}
