package io.conntracksync.e2e.product;

import io.conntracksync.e2e.controlplane.Place;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A container of a pod, started with that pod's arguments and variables and no others. */
public final class ContainerProcess implements AutoCloseable {
  private static final Map<String, Program> PROGRAMS =
      Map.of("operator", Program.OPERATOR, "agent", Program.AGENT);

  private final JavaProgram program;

  private ContainerProcess(JavaProgram program) {
    this.program = program;
  }

  /**
   * Starts the program of the container of this name and returns at once.
   *
   * @param probes the port that the kubelet probes
   */
  public static ContainerProcess begin(
      Delivery delivery, String container, Place place, int probes, Pod pod, Path log) {
    return new ContainerProcess(
        JavaProgram.begin(
            delivery,
            PROGRAMS.get(container),
            new JavaProgram.Place(
                place.enter(),
                container + " at " + place.address(),
                log,
                URI.create("http://" + place.address() + ":" + probes)),
            pod.kubeconfig(),
            pod.variables(),
            pod.arguments()));
  }

  /** What the kubelet gives to a container. */
  public record Pod(Path kubeconfig, Map<String, String> variables, List<String> arguments) {}

  /** What the readiness probe finds. */
  public boolean isReady() {
    return program.isReady();
  }

  /** Throws with the end of its log when it is no longer running. */
  public void requireAlive() {
    program.requireAlive();
  }

  @Override
  public void close() {
    program.close();
  }
}
