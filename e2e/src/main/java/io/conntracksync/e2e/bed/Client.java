package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.time.Duration;
import java.util.List;

/** Where the peers of the guest run: a host on the fabric, outside every firewall. */
public final class Client {
  /** The guest's echo service (RFC 862). */
  private static final String ECHO_PORT = "7";

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Namespace namespace;

  private Client(Namespace namespace) {
    this.namespace = namespace;
  }

  static Client create(Fabric fabric) {
    Namespace namespace = Namespace.create(Plan.PREFIX + "client");
    fabric.attach(namespace, Plan.CLIENT);
    return new Client(namespace);
  }

  public DualStack addresses() {
    return Plan.CLIENT;
  }

  /** The words that run a program in the client's network; its process becomes the program. */
  public List<String> enter(String... words) {
    return namespace.enter(words);
  }

  public Command command(String... words) {
    return Command.of(enter(words));
  }

  /** Whether a new connection to the guest's echo service at this address is answered. */
  public boolean isAnswered(String address) {
    String question = "hello";
    String seconds = Long.toString(PATIENCE.toSeconds());
    Command.Finished finished =
        command("timeout", seconds, "busybox", "nc", address, ECHO_PORT).reading(question).tryRun();
    return finished.output().equals(question);
  }
}
