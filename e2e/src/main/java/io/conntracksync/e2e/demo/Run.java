package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.bed.FirewallCounters;
import io.conntracksync.e2e.bed.LibvirtEvent;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.report.Band;
import io.conntracksync.e2e.report.BandKind;
import io.conntracksync.e2e.report.FirewallReport;
import io.conntracksync.e2e.report.ProgressView;
import io.conntracksync.e2e.report.RunReport;
import io.conntracksync.e2e.traffic.TrafficResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One migration under traffic: a fresh VM on the first node, connections, the migration to the
 * second, and what became of them. Both runs of the demo are this, word for word; the difference is
 * what runs in the cluster.
 */
final class Run {
  /** Longer than a connection may be silent and still count as alive. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final Duration BEFORE = Duration.ofSeconds(2);

  private final Cluster cluster;
  private final DemoSettings settings;
  private final ProgressView view;

  Run(Cluster cluster, DemoSettings settings, ProgressView view) {
    this.cluster = cluster;
    this.settings = settings;
    this.view = view;
  }

  /** Runs it under that name; {@code hookWaited} is asked at the end how long the hook waited. */
  RunReport named(String name, Supplier<Duration> hookWaited) {
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    // The same start for both: no entries and no counts of an earlier run.
    cluster.bed().nodes().forEach(node -> node.firewall().reset());
    ProgressView.Step boot = view.begin("start the VM on " + source);
    MigrationStory story = MigrationStory.begin(cluster, "db-" + name, source);
    // Played KubeVirt leaves no time between hand-over and Prepare, and the guest is emulated on
    // the processors that everything else runs on.
    story.vmi().annotate("conntracksync.io/hook-deadline", "1s");
    boot.done();
    try (Traffic traffic = Traffic.start(cluster.bed(), story.vm(), folder(name), view)) {
      open(traffic);
      pause(BEFORE);
      FirewallCounters before = target.firewall().counters();
      MigrationResult.Completed migration = migrate(story, name + "-move", source, target);
      pause(AFTERWARDS);
      ProgressView.Step judging = view.begin("judge the connections, open new ones");
      TrafficResult result = traffic.stop();
      judging.done();
      return report(
          result,
          target.firewall().counters().since(before),
          migration,
          bands(migration, target, story.vm().domain(), hookWaited.get()));
    } finally {
      cluster.bed().nodes().forEach(story::end);
    }
  }

  private Path folder(String name) {
    Path folder = settings.output().resolve(name);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  private void open(Traffic traffic) {
    int half = settings.connections() / 2;
    ProgressView.Step step =
        view.begin(
            "open "
                + settings.connections()
                + " TCP connections, "
                + settings.streams()
                + " UDP streams");
    int toServices = cluster.bed().nodeA().services().isEmpty() ? 0 : half / 2;
    traffic.peer().openFromPeer(settings.connections() - half);
    traffic.peer().openFromVm(half - toServices);
    if (toServices > 0) {
      traffic.peer().openToServices(toServices);
    }
    traffic.peer().openStreams(settings.streams());
    step.done(
        "half of them by the VM" + (toServices > 0 ? ", " + toServices + " to a service" : ""));
  }

  private MigrationResult.Completed migrate(
      MigrationStory story, String name, Node source, Node target) {
    ProgressView.Step step = view.begin("migrate the VM from " + source + " to " + target);
    MigrationResult.Completed done =
        story.migrate(name, source, target, MigrationOptions.fast()).orThrow();
    step.done("it stood still for " + done.downtime().toMillis() + " ms");
    return done;
  }

  private static RunReport report(
      TrafficResult traffic,
      FirewallCounters counted,
      MigrationResult.Completed migration,
      List<Band> bands) {
    return RunReport.of(
        traffic,
        new FirewallReport(
            counted.established(),
            counted.opened(),
            counted.dropped(),
            counted.droppedTcp(),
            counted.droppedUdp()),
        migration.downtime(),
        Duration.between(migration.start(), migration.end()),
        bands);
  }

  // libvirt's Started event on the target ends Prepare: the hook has returned, the copy begins.
  private static List<Band> bands(
      MigrationResult.Completed migration, Node target, String domain, Duration hookWaited) {
    List<Band> bands = new ArrayList<>();
    target.events().seen().stream()
        .filter(event -> event.domain().equals(domain) && event.isLifecycle("Started"))
        .map(LibvirtEvent::received)
        .reduce((earlier, later) -> later)
        .ifPresent(
            started -> {
              if (!hookWaited.isZero()) {
                bands.add(Band.between(BandKind.HOOK_WAIT, started.minus(hookWaited), started));
              }
              bands.add(
                  Band.between(
                      BandKind.MEMORY_COPY, started, latest(started, migration.suspended())));
            });
    bands.add(
        Band.between(
            BandKind.PAUSE,
            migration.suspended(),
            latest(migration.suspended(), migration.resumed())));
    bands.add(Band.at(BandKind.ROUTE_MOVED, migration.resumed()));
    return bands;
  }

  // Two daemons report through two pipes: the order of what is read may be off by a moment.
  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while traffic flows", e);
    }
  }
}
