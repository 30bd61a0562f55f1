package io.conntracksync.e2e.product;

import io.conntracksync.e2e.bed.Fabric;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The operator, running in the fabric beside the API server, with a token of its own. */
public final class OperatorProcess implements AutoCloseable {
  private static final int HTTP_PORT = 8080;

  private final JavaProgram program;

  private OperatorProcess(JavaProgram program) {
    this.program = program;
  }

  /** Starts it with these further settings and returns when it is ready. */
  public static OperatorProcess start(
      Delivery delivery, Fabric fabric, Path kubeconfig, Path log, String... settings) {
    Place place = new Place(fabric.enter(), fabric.addresses().v4());
    return start(delivery, place, HTTP_PORT, kubeconfig, log, settings);
  }

  /**
   * Starts it in that place, with its probes on that port, and returns when it is ready: several
   * may share a place.
   */
  public static OperatorProcess start(
      Delivery delivery, Place place, int httpPort, Path kubeconfig, Path log, String... settings) {
    OperatorProcess operator = begin(delivery, place, httpPort, kubeconfig, log, settings);
    operator.program.awaitReady();
    return operator;
  }

  /** As {@link #start}, and returns at once: for one that may never be ready. */
  public static OperatorProcess begin(
      Delivery delivery, Place place, int httpPort, Path kubeconfig, Path log, String... settings) {
    List<String> all =
        Stream.concat(
                Stream.of(
                    "--namespace=" + ControlPlane.SYSTEM_NAMESPACE, "--http-port=" + httpPort),
                Stream.of(settings))
            .toList();
    JavaProgram.Place program =
        new JavaProgram.Place(
            place.enter(),
            "operator",
            log,
            URI.create("http://" + place.address() + ":" + httpPort));
    return new OperatorProcess(
        JavaProgram.begin(delivery, Program.OPERATOR, program, kubeconfig, all));
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    return program.isReady();
  }

  /** The value of a series of its metrics; 0 when it is not there. */
  public double metric(String series) {
    return program.metric(series);
  }

  public long pid() {
    return program.pid();
  }

  /** Whether it still runs: it ends by itself when it lost the leadership. */
  public boolean isAlive() {
    return program.isAlive();
  }

  /** Ends it as a crash would. */
  public void kill() {
    program.kill();
  }

  @Override
  public void close() {
    program.close();
  }
}
