package io.conntracksync.e2e.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.HookStatus;
import io.conntracksync.e2e.bed.BedSettings;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.Product;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.report.PhaseReport;
import io.conntracksync.e2e.report.ProgressView;
import io.conntracksync.e2e.report.Report;
import io.conntracksync.e2e.report.ReportFiles;
import io.conntracksync.e2e.report.RunReport;
import io.conntracksync.e2e.report.SyncReport;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The same migration twice, without and with ConntrackSync, and the comparison of the two. */
public final class Demo {
  private static final String SYNC = "synced-move";
  private static final Duration CONCLUSION = Duration.ofSeconds(30);

  private final Build build;
  private final DemoSettings settings;
  private final ProgressView view;
  private final Clock clock = Clock.systemUTC();

  public Demo(Build build, DemoSettings settings, ProgressView view) {
    this.build = build;
    this.settings = settings;
    this.view = view;
  }

  /** Runs it, writes {@code report.json} and {@code report.html}, and returns the report. */
  public Report run() {
    view.chapter("the bed: two libvirt nodes, a firewall each, a control plane");
    ProgressView.Step up = view.begin("start it");
    BedSettings bed = Cluster.stockBed(build).with(settings.datapath());
    try (Cluster cluster = Cluster.up(build, settings.output().resolve("cluster"), bed)) {
      up.done();
      view.show("data path " + settings.datapath().text(), DatapathWords.lines(cluster.bed()));
      Report report = compare(cluster);
      ReportFiles.write(report, settings.output());
      view.finish(report, settings.output().resolve("report.html").toString());
      return report;
    }
  }

  private Report compare(Cluster cluster) {
    view.chapter("1 of 2: without ConntrackSync");
    Run run = new Run(cluster, settings, view);
    RunReport control = run.named("control", () -> Duration.ZERO);

    view.chapter("2 of 2: with ConntrackSync");
    ProgressView.Step install = view.begin("start operator and agents, install the hook");
    Product product = Product.installIn(cluster);
    try (SyncWatch watch = watch(cluster)) {
      install.done();
      RunReport synced = run.named("synced", () -> hookWaited(cluster));
      SyncReport sync = concluded(cluster, watch);
      return Report.of(
          clock.instant(),
          Machine.versions(cluster),
          DatapathWords.report(cluster.bed(), Machine.backends(cluster)),
          control,
          synced,
          sync);
    } finally {
      product.close();
    }
  }

  private SyncWatch watch(Cluster cluster) {
    return SyncWatch.start(
        cluster.controlPlane().kubectl(),
        cluster.controlPlane().kubeconfig(),
        Cluster.NAMESPACE,
        clock,
        phase -> view.show("kubectl get conntracksyncs", phase.kubectlTable()));
  }

  private static Duration hookWaited(Cluster cluster) {
    return cluster
        .sync(SYNC)
        .flatMap(sync -> Optional.ofNullable(sync.getStatus()))
        .flatMap(status -> Optional.ofNullable(status.target()))
        .flatMap(target -> Optional.ofNullable(target.hook()))
        .map(HookStatus::waited)
        .flatMap(DurationText::parse)
        .orElse(Duration.ZERO);
  }

  private static SyncReport concluded(Cluster cluster, SyncWatch watch) {
    Awaitility.await("the sync is concluded and kubectl has shown it")
        .atMost(CONCLUSION)
        .until(
            () ->
                watch.phases().stream()
                    .map(PhaseReport::phase)
                    .anyMatch(phase -> phase.equals("Completed") || phase.equals("Failed")));
    GenericKubernetesResource sync =
        cluster
            .controlPlane()
            .admin()
            .genericKubernetesResources("conntracksync.io/v1alpha1", "ConntrackSync")
            .inNamespace(Cluster.NAMESPACE)
            .withName(SYNC)
            .require();
    JsonNode json = new ObjectMapper().valueToTree(sync);
    return SyncReport.of(json, List.copyOf(watch.phases()));
  }
}
