package io.conntracksync.operator.program;

import io.conntracksync.operator.agents.AgentCaches;
import io.conntracksync.operator.agents.LiveAgents;
import io.conntracksync.operator.events.KubernetesEvents;
import io.conntracksync.operator.events.QueuedEvents;
import io.conntracksync.operator.health.HttpEndpoints;
import io.conntracksync.operator.kubevirt.KubeVirtListener;
import io.conntracksync.operator.kubevirt.KubeVirtWatch;
import io.conntracksync.operator.kubevirt.KubernetesLauncherPods;
import io.conntracksync.operator.kubevirt.LiveKubeVirt;
import io.conntracksync.operator.kubevirt.MigrationWitness;
import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.conntracksync.operator.migration.CreationRehearsal;
import io.conntracksync.operator.migration.KubernetesSyncStore;
import io.conntracksync.operator.migration.MigrationLoop;
import io.conntracksync.operator.migration.SyncCreator;
import io.conntracksync.operator.settings.Leadership;
import io.conntracksync.operator.settings.OperatorSettings;
import io.conntracksync.operator.sync.AssignmentRehearsal;
import io.conntracksync.operator.sync.ConntrackSyncReconciler;
import io.conntracksync.operator.sync.KubernetesSyncWriter;
import io.conntracksync.operator.sync.StatusWriter;
import io.conntracksync.operator.sync.SyncWaker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running operator. {@link #start} returns when the caches are filled and health is served;
 * {@link #close} stops everything that was started, in reverse, and closes the client.
 */
public final class OperatorProgram implements AutoCloseable {
  /** Name of the Lease by which operators agree on a leader. */
  public static final String LEASE = "conntracksync-operator";

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProgram.class);
  private static final Duration LAST_RECONCILIATIONS = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final String identity = identity();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Consumer<StopReason> cannotGoOn;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final KubeVirtWatch kubevirt;
  private final MigrationLoop migrations;
  private final QueuedEvents events;
  private final SyncWaker waker = new SyncWaker();
  private final Operator operator;
  private final HttpEndpoints http;

  private OperatorProgram(
      OperatorSettings settings,
      KubernetesClient client,
      Function<KubernetesClient, StatusWriter> statusWriter,
      Clock clock,
      Consumer<StopReason> cannotGoOn) {
    this.client = client;
    this.cannotGoOn = cannotGoOn;
    OperatorMetrics metrics = new OperatorMetrics(registry);
    Runnable eventLost = () -> metrics.lost(OperatorMetrics.Write.EVENT);
    events = new QueuedEvents(new KubernetesEvents(client, clock, identity, eventLost), eventLost);
    kubevirt = new KubeVirtWatch(client, listener(), () -> giveUp(StopReason.WATCH_ENDED));
    migrations =
        new MigrationLoop(
            new SyncCreator(
                kubevirt::objects,
                settings.defaults(),
                new KubernetesLauncherPods(client),
                new KubernetesSyncStore(client),
                events,
                metrics));
    operator = operator(settings);
    operator.register(
        new ConntrackSyncReconciler(
            new AgentCaches(
                settings.namespace(), new LiveAgents(client, settings.namespace(), clock), clock),
            new MigrationWitness(kubevirt::objects, new LiveKubeVirt(client)),
            statusWriter.apply(client),
            new KubernetesSyncWriter(client),
            events,
            metrics,
            waker,
            clock));
    http = HttpEndpoints.start(settings.httpPort(), this::isReady, registry::scrape);
  }

  /**
   * Starts an operator in this process, after a rehearsal of its urgent work.
   *
   * @param client is closed with it; make it with {@code ApiSerialization}
   * @param cannotGoOn runs when it stopped working for good: the process should end
   */
  public static OperatorProgram start(
      OperatorSettings settings, KubernetesClient client, Runnable cannotGoOn) {
    Clock clock = Clock.systemUTC();
    KubernetesSyncWriter writer = new KubernetesSyncWriter(client);
    new Rehearsal(
            new CreationRehearsal(client, settings.namespace(), settings.defaults()),
            new AssignmentRehearsal(writer, writer, clock),
            Rehearsal.LONGEST)
        .play();
    return start(settings, client, KubernetesSyncWriter::new, clock, reason -> cannotGoOn.run());
  }

  static OperatorProgram start(
      OperatorSettings settings,
      KubernetesClient client,
      Function<KubernetesClient, StatusWriter> statusWriter,
      Clock clock,
      Consumer<StopReason> cannotGoOn) {
    OperatorProgram program =
        new OperatorProgram(settings, client, statusWriter, clock, cannotGoOn);
    try {
      program.run(settings.leadership());
      return program;
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }

  /** Where health and metrics are served. */
  public int httpPort() {
    return http.port();
  }

  @Override
  public void close() {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    migrations.close();
    kubevirt.close();
    operator.stop();
    events.close();
    http.close();
    client.close();
    registry.close();
    LOG.atInfo().log("operator stopped");
  }

  private void run(Leadership leadership) {
    kubevirt.start();
    operator.start();
    if (leadership == Leadership.ALONE) {
      lead();
    }
    LOG.atInfo().addKeyValue(LogKeys.PORT, httpPort()).log("operator started");
  }

  private void lead() {
    migrations.activate();
    offerAll();
  }

  private void offerAll() {
    kubevirt
        .migrations()
        .forEach(m -> migrations.offer(m.getMetadata().getNamespace(), m.getMetadata().getName()));
  }

  private KubeVirtListener listener() {
    return new KubeVirtListener() {
      @Override
      public void migrationChanged(String namespace, String name) {
        migrations.offer(namespace, name);
        waker.migrationChanged(namespace, name);
      }

      @Override
      public void instanceChanged(String namespace, String name) {
        kubevirt
            .migrationsOf(namespace, name)
            .forEach(m -> migrations.offer(namespace, m.getMetadata().getName()));
        waker.instanceChanged(namespace, name);
      }

      @Override
      public void filled() {
        offerAll();
        waker.allMigrating();
      }
    };
  }

  private Operator operator(OperatorSettings settings) {
    return new Operator(
        overrider -> {
          overrider
              .withKubernetesClient(client)
              .withCloseClientOnStop(false)
              .checkingCRDAndValidateLocalModel(false)
              .withReconciliationTerminationTimeout(LAST_RECONCILIATIONS)
              .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry))
              .withInformerStoppedHandler(
                  (informer, fault) -> {
                    if (fault != null && informer.hasSynced()) {
                      LOG.atError()
                          .addKeyValue(LogKeys.RESOURCE, informer.getApiTypeClass().getSimpleName())
                          .setCause(fault)
                          .log("watch ended");
                      giveUp(StopReason.WATCH_ENDED);
                    }
                  });
          if (settings.leadership() == Leadership.ELECTED) {
            overrider.withLeaderElectionConfiguration(election(settings));
          }
        });
  }

  private LeaderElectionConfiguration election(OperatorSettings settings) {
    LeaderLease lease = new LeaderLease(client, settings.namespace());
    return new LeaderElectionConfiguration(
        LEASE,
        settings.namespace(),
        LeaderElectionConfiguration.LEASE_DURATION_DEFAULT_VALUE,
        LeaderElectionConfiguration.RENEW_DEADLINE_DEFAULT_VALUE,
        LeaderElectionConfiguration.RETRY_PERIOD_DEFAULT_VALUE,
        identity,
        new LeaderCallbacks(
            () -> {
              lead();
              settings.pod().ifPresent(lease::belongTo);
            },
            () -> giveUp(StopReason.LEADERSHIP_LOST),
            leader -> {}),
        false); // the exit is main's
  }

  private void giveUp(StopReason reason) {
    if (!stopping.get()) {
      cannotGoOn.accept(reason);
    }
  }

  private boolean isReady() {
    return operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  private static String identity() {
    String host = System.getenv("HOSTNAME");
    return (host == null ? "operator" : host) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }
}
