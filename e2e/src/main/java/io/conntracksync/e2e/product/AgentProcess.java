package io.conntracksync.e2e.product;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.controlplane.ControlPlane;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The agent of one node, running inside that node with a token bound to it. */
public final class AgentProcess implements AutoCloseable {
  private static final int HTTP_PORT = 8081;

  private final JavaProgram program;

  private AgentProcess(JavaProgram program) {
    this.program = program;
  }

  /** Starts it with these further settings and returns when it is ready. */
  public static AgentProcess start(
      Delivery delivery, Node node, Path kubeconfig, Path log, String... settings) {
    AgentProcess agent = begin(delivery, node, kubeconfig, log, settings);
    agent.program.awaitReady();
    return agent;
  }

  /** As {@link #start}, and returns at once: for one that may never be ready. */
  public static AgentProcess begin(
      Delivery delivery, Node node, Path kubeconfig, Path log, String... settings) {
    String address = node.addresses().v4();
    List<String> all =
        Stream.concat(
                Stream.of(
                    "--node-name=" + node.name(),
                    "--namespace=" + ControlPlane.SYSTEM_NAMESPACE,
                    "--address=" + address,
                    "--http-port=" + HTTP_PORT),
                Stream.of(settings))
            .toList();
    JavaProgram.Place place =
        new JavaProgram.Place(
            node.enter(),
            "agent of " + node,
            log,
            URI.create("http://" + address + ":" + HTTP_PORT));
    return new AgentProcess(JavaProgram.begin(delivery, Program.AGENT, place, kubeconfig, all));
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    return program.isReady();
  }

  /** The value of a series of its metrics; 0 when it is not there. */
  public double metric(String series) {
    return program.metric(series);
  }

  /** The sum over all series of a metric; throws when there is none of that name. */
  public double sum(String metric) {
    return program.sum(metric);
  }

  public long pid() {
    return program.pid();
  }

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
