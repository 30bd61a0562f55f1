package io.conntracksync.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.product.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose process was killed is swept away by the next one, programs and all. */
final class KilledClusterRootIT {
  private final Path work = Path.of("target/killed-cluster").toAbsolutePath();

  @Test
  void nothingIsLeftOfAClusterThatWasKilled(@TempDir Path folder) throws Exception {
    killWhenUp(folder.resolve("output"));
    List<ProcessHandle> left = programs();
    assertThat(left.stream().map(KilledClusterRootIT::commandLine))
        .as("what the killed one left")
        .anyMatch(line -> line.contains("/etcd "))
        .anyMatch(line -> line.contains("/kube-apiserver "))
        .anyMatch(line -> line.contains("/kube-controller-manager "))
        .anyMatch(line -> line.contains("io.conntracksync.operator."))
        .anyMatch(line -> line.contains("--node-name=nodea"))
        .anyMatch(line -> line.contains("--node-name=nodeb"));

    try (Cluster cluster = Cluster.up(Build.ofThisCheckout(), work)) {
      assertThat(left).noneMatch(ProcessHandle::isAlive);
      assertThat(cluster.sync("any")).isEmpty();
    }

    assertThat(programs()).isEmpty();
  }

  private void killWhenUp(Path output) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                HeldCluster.class.getName(),
                work.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Awaitility.await("the moment to kill it")
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                return Files.readString(output).contains(HeldCluster.READY);
              });
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  /** What runs with files of that cluster: named as an argument or in the environment. */
  private List<ProcessHandle> programs() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(
            process ->
                Stream.of("cmdline", "environ")
                    .anyMatch(file -> read(process, file).contains(work.toString() + "/")))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    return read(process, "cmdline").replace('\0', ' ');
  }

  private static String read(ProcessHandle process, String file) {
    try {
      Path path = Path.of("/proc", Long.toString(process.pid()), file);
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It has ended meanwhile.
    }
  }
}
