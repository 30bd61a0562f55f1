package io.conntracksync.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.ImageArchive;
import io.conntracksync.e2e.product.Images;
import io.conntracksync.e2e.product.Program;
import io.conntracksync.e2e.product.SharedImages;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is in the images, and what they say of themselves. Sizes and starts go to a report. */
final class ImageContentsRootIT {
  private static final Path WORK = Path.of("target/image-contents").toAbsolutePath();
  private static final Path REPORT = Path.of("target/reports/images.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STARTS = 5;

  private static List<HasMetadata> chart;
  private static Images images;

  @BeforeAll
  static void unpack() {
    Build build = Build.ofThisCheckout();
    chart = Chart.ofCheckout(build.root(), WORK.resolve("chart")).objects();
    images = SharedImages.ofThisCheckout();
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

  /** What agents put into launcher pods, and what the chart's policy starts in them. */
  @Test
  void theAgentHasThePartsForLauncherPods() {
    Path parts = images.image(Program.AGENT).root().resolve("usr/libexec/conntracksync");

    for (String part : List.of("hook", "gate.so", "install")) {
      assertThat(parts.resolve("conntracksync-" + part)).isExecutable();
    }
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
}
