package io.conntracksync.e2e.gate;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A stand-in for the agent at the gate of one domain: writes down questions, answers as told. */
final class GateAgent implements AutoCloseable {
  /** Says nothing, and keeps the connection. */
  static final String SILENCE = "";

  private static final String LISTENING = "listening";

  // A unix socket's path is short only inside of the node, so the program runs there.
  private static final String PROGRAM =
      """
      import os, socket, sys
      path, answer = sys.argv[1:]
      os.makedirs(os.path.dirname(path), exist_ok=True)
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(path)
      listener.listen(16)
      print("listening", flush=True)
      kept = []
      while True:
          connection, _ = listener.accept()
          print(connection.makefile().readline().rstrip("\\n"), flush=True)
          if answer:
              connection.sendall(answer.encode() + b"\\n")
          kept.append(connection)
      """;

  private final Node node;
  private final String path;
  private final Daemon program;

  private GateAgent(Node node, String path, Daemon program) {
    this.node = node;
    this.path = path;
    this.program = program;
  }

  static GateAgent answering(String answer, Node node, String domain, Path log) throws IOException {
    Files.deleteIfExists(log);
    String path = "/run/conntracksync/gate/" + domain;
    Daemon program =
        Daemon.start(
            "agent at the gate", log, Map.of(), node.enter("python3", "-c", PROGRAM, path, answer));
    Awaitility.await("the agent listens")
        .until(
            () -> {
              program.requireAlive();
              return Files.readString(log).startsWith(LISTENING);
            });
    return new GateAgent(node, path, program);
  }

  /** What was asked so far. */
  List<String> asked() throws IOException {
    return Files.readAllLines(program.log()).stream()
        .filter(line -> !line.equals(LISTENING))
        .toList();
  }

  @Override
  public void close() {
    program.close();
    node.command("rm", "-f", path).run();
  }
}
