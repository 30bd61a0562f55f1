package io.conntracksync.e2e.product;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The archives that the build made, run by the machine's own Java. */
public record Archives(Build build) implements Delivery {
  @Override
  public List<String> start(
      Program program, Path kubeconfig, Map<String, String> variables, List<String> settings) {
    return Stream.of(
            List.of("env", "KUBECONFIG=" + kubeconfig),
            variables.entrySet().stream().map(Map.Entry::toString).toList(),
            build.java(program.module(), program.mainClass(), flags(program)),
            settings)
        .flatMap(List::stream)
        .toList();
  }

  /** As in the images. */
  private static List<String> flags(Program program) {
    return List.of(
        "-XX:+UseSerialGC", "-Xmx" + program.heap(), "-Xss512k", "-XX:+ExitOnOutOfMemoryError");
  }
}
