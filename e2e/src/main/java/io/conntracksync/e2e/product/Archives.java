package io.conntracksync.e2e.product;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The archives that the build made, run by the machine's own Java. */
public record Archives(Build build) implements Delivery {
  /** As in the images. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-Xmx64m", "-Xss512k", "-XX:+ExitOnOutOfMemoryError");

  @Override
  public List<String> start(
      Program program, Path kubeconfig, Map<String, String> variables, List<String> settings) {
    return Stream.of(
            List.of("env", "KUBECONFIG=" + kubeconfig),
            variables.entrySet().stream().map(Map.Entry::toString).toList(),
            build.java(program.module(), program.mainClass(), FLAGS),
            settings)
        .flatMap(List::stream)
        .toList();
  }
}
