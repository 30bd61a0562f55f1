package io.conntracksync.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.Binding;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.ImageArchive;
import io.conntracksync.e2e.product.Images;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.Program;
import io.conntracksync.e2e.product.UnpackedImage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Operator and agents run from their images as the chart's pods would, and a VM migrates between
 * launcher pods in which nothing of the product is but what the agent takes out of its image.
 */
final class ImagesRootIT {
  private static final Path WORK = Path.of("target/images").toAbsolutePath();
  private static final Path REPORT = Path.of("target/reports/images.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STARTS = 5;
  private static final Duration CONCLUSION = Duration.ofSeconds(60);
  private static final String NO_LIBVIRT_ON_THE_NODE =
      "--libvirt-uri=qemu+unix:///system?socket=/nowhere";

  private static Images images;
  private static List<HasMetadata> chart;
  private static Cluster cluster;
  private static Programs programs;
  private static ConntrackSync sync;

  /** What runs from images, as its process shows it. */
  private record Programs(ProcessView operator, ProcessView agent) {}

  @BeforeAll
  static void migrate() throws IOException {
    Build build = Build.ofThisCheckout();
    chart = Chart.ofCheckout(build.root(), WORK.resolve("chart")).objects();
    images = Images.unpack(build, WORK, chart);
    cluster = Cluster.up(images, WORK, Cluster.stockBed(build).with(Binding.MASQUERADE));
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    try (OperatorProcess operator = cluster.startOperator();
        AgentProcess there = cluster.startAgent(source, NO_LIBVIRT_ON_THE_NODE);
        AgentProcess here = cluster.startAgent(target, NO_LIBVIRT_ON_THE_NODE)) {
      programs = new Programs(ProcessView.of(operator.pid()), ProcessView.of(here.pid()));
      assertThat(there.isAlive()).isTrue();
      sync = migrate("from-images", source, target);
    }
  }

  @AfterAll
  static void closeTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void bothRunFromTheirImagesWhichTheyCannotWrite() {
    for (ProcessView program : List.of(programs.operator(), programs.agent())) {
      assertThat(program.executable()).isEqualTo(Path.of("usr/lib/jvm/bin/java"));
      assertThat(program.rootOptions()).contains("ro");
    }
  }

  @Test
  void bothHaveTheirClassesFromTheArchive() {
    for (ProcessView program : List.of(programs.operator(), programs.agent())) {
      assertThat(program.mapped()).anyMatch(file -> file.endsWith("/app/classes.jsa"));
    }
  }

  @Test
  void theOperatorIsNobodyAndMayNothing() {
    assertThat(programs.operator().user()).isEqualTo(65532);
    assertThat(programs.operator().capabilities()).isZero();
  }

  @Test
  void theHookOfTheAgentsImageWaitedForTheImport() {
    assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
  }

  @Test
  void theChartNamesThem() {
    List<String> named =
        Stream.of(
                only(Deployment.class).getSpec().getTemplate(),
                only(DaemonSet.class).getSpec().getTemplate())
            .map(pod -> pod.getSpec().getContainers().get(0).getImage())
            .toList();

    assertThat(named)
        .containsExactly(
            images.image(Program.OPERATOR).archive().name(),
            images.image(Program.AGENT).archive().name());
  }

  @Test
  void theirUsersAreThoseOfTheChart() {
    assertThat(images.image(Program.OPERATOR).archive().config().user()).isEqualTo("65532:65532");
    assertThat(images.image(Program.AGENT).archive().config().user()).isEqualTo("0:0");
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void theySayWhatTheyAre(Program program) {
    ImageArchive image = images.image(program).archive();

    assertThat(image.config().labels())
        .containsEntry("org.opencontainers.image.version", image.name().replaceFirst(".*:", ""))
        .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
        .containsKey("org.opencontainers.image.title");
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void theBillOfMaterialsHasEveryLibrary(Program program) throws IOException {
    Path root = images.image(program).root();
    List<String> billed = new ArrayList<>();
    JSON.readTree(root.resolve("usr/share/doc/conntracksync/bom.json").toFile())
        .path("components")
        .forEach(
            each -> billed.add(each.path("name").asText() + "-" + each.path("version").asText()));

    for (String archive : names(root.resolve("app/lib"))) {
      assertThat(billed).anyMatch(archive.replaceFirst("\\.jar$", "")::startsWith);
    }
    // The packages that libraries of Debian's are from: each has left its copyright file.
    for (String documented : names(root.resolve("usr/share/doc"))) {
      assertThat(documented)
          .satisfiesAnyOf(
              each -> assertThat(each).isEqualTo("conntracksync"),
              each -> assertThat(billed).anyMatch(name -> name.startsWith(each + "-")));
    }
    assertThat(billed).anyMatch(name -> name.startsWith("openjdk-17"));
  }

  /** All but the archive of classes, which the JVM does not lay out the same way twice. */
  @Test
  void theirLayersAreTheSameWhenTheyAreBuiltAgain() {
    Path again = WORK.resolve("again");
    Command.of("rm", "-rf", again.toString()).run();
    Path module = images.build().root().resolve("helm/images");
    Command.of(
            "make",
            "-C",
            module.toString(),
            "OUT=" + again,
            again + "/layers/libvirt.made",
            again + "/operator.bill.made",
            again + "/agent.bill.made")
        .within(Duration.ofMinutes(5))
        .run();

    for (String layer :
        List.of(
            "layers/runtime",
            "layers/system",
            "layers/libvirt",
            "operator/libraries",
            "operator/program",
            "agent/libraries",
            "agent/program")) {
      String first = module.resolve("target").resolve(layer).toString();
      Command.of("diff", "-r", first, again.resolve(layer).toString()).run();
    }
  }

  @Test
  void sizesAndStartsAreReported() throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    for (Program program : Program.values()) {
      UnpackedImage image = images.image(program);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("digest", image.archive().digest());
      figures.put("archiveBytes", Files.size(image.archive().file()));
      figures.put("pulledBytes", image.archive().bytes());
      figures.put("layers", image.archive().layers());
      figures.put("startMillisWithClassArchive", startMillis(image, "on"));
      figures.put("startMillisWithout", startMillis(image, "off"));
      report.put(image.archive().name(), figures);
    }
    Files.createDirectories(REPORT.getParent());
    JSON.enable(SerializationFeature.INDENT_OUTPUT).writeValue(REPORT.toFile(), report);

    assertThat(REPORT).isNotEmptyFile();
  }

  /** How long it takes to say its version; the shortest of some, for the machine is shared. */
  private static long startMillis(UnpackedImage image, String sharing) {
    List<String> words = new ArrayList<>(List.of("env", "-C", image.root().toString()));
    List<String> entryPoint = image.archive().config().entryPoint();
    words.add(image.root() + entryPoint.get(0));
    words.add("-Xshare:" + sharing);
    entryPoint.stream()
        .skip(1)
        .map(word -> word.replace("=/app/", "=" + image.root() + "/app/"))
        .forEach(words::add);
    words.add("--version");
    return IntStream.range(0, STARTS)
        .mapToLong(
            start -> {
              long begin = System.nanoTime();
              Command.of(words).run();
              return Duration.ofNanos(System.nanoTime() - begin).toMillis();
            })
        .min()
        .orElseThrow();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static <T extends HasMetadata> T only(Class<T> kind) {
    return chart.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  private static ConntrackSync migrate(String name, Node source, Node target) {
    MigrationStory story = MigrationStory.begin(cluster, "db", source);
    try {
      source.pod().startLauncher(story.vmi().launcherUid());
      PlayedMigration migration = story.vmi().createMigration(name, target.name());
      migration.pending();
      migration.scheduling();
      target.pod().startLauncher(migration.targetPodUid());
      migration.scheduled();
      migration.handOver();
      reached(name, Phase.IMPORTED);
      migration.targetReady();
      migration.running();
      story.vm().migrate(source, target, MigrationOptions.fast()).orThrow();
      migration.targetDomainDetected();
      migration.targetDomainReady();
      migration.succeeded();
      return reached(name, Phase.COMPLETED);
    } finally {
      cluster.bed().nodes().forEach(story::end);
    }
  }

  private static ConntrackSync reached(String name, Phase phase) {
    return Awaitility.await("sync " + name + " is " + phase)
        .atMost(CONCLUSION)
        .until(
            () -> cluster.sync(name),
            found ->
                found
                    .map(ConntrackSync::getStatus)
                    .filter(status -> status.phase() == phase)
                    .isPresent())
        .orElseThrow();
  }

  /**
   * A running process as the kernel shows it.
   *
   * @param executable below its root
   * @param rootOptions how its root is mounted
   * @param capabilities the effective ones, a bit each
   * @param mapped files in its memory
   */
  private record ProcessView(
      Path executable, List<String> rootOptions, int user, long capabilities, List<String> mapped) {
    static ProcessView of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      List<String> root =
          Files.readAllLines(process.resolve("mountinfo")).stream()
              .map(line -> List.of(line.split(" ", -1)))
              .filter(words -> words.get(4).equals("/"))
              .reduce((lower, upper) -> upper)
              .orElseThrow();
      List<String> status = Files.readAllLines(process.resolve("status"));
      return new ProcessView(
          Files.readSymbolicLink(process.resolve("root"))
              .relativize(Files.readSymbolicLink(process.resolve("exe"))),
          List.of(root.get(5).split(",", -1)),
          Integer.parseInt(word(status, "Uid:")),
          Long.parseLong(word(status, "CapEff:"), 16),
          Files.readAllLines(process.resolve("maps")));
    }

    private static String word(List<String> status, String key) {
      return status.stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.split("\\s+", -1)[1])
          .findFirst()
          .orElseThrow();
    }
  }
}
