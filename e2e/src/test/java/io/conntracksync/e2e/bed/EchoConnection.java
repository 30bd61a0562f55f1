package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** An open TCP connection between client and guest, who echoes; held by a busybox nc. */
public final class EchoConnection implements AutoCloseable {
  private final Process process;
  private final OutputStream toGuest;
  private final AtomicInteger echoed = new AtomicInteger();
  private int sent;

  private EchoConnection(Process process) {
    this.process = process;
    this.toGuest = process.getOutputStream();
    Thread reader = new Thread(() -> count(process.getInputStream()), "echo-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Opens it and returns when the first byte has come back. */
  public static EchoConnection open(Client client, String address) {
    return open(client.enter("busybox", "nc", address, "7"));
  }

  /** The same, held by the program that these words run. */
  static EchoConnection open(List<String> words) {
    try {
      Process process =
          new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      EchoConnection connection = new EchoConnection(process);
      connection.send();
      connection.awaitEchoes();
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has the guest connect to that address and port, behind which the client listens on that port;
   * returns when the first byte has come back.
   */
  public static EchoConnection dialled(Client client, String guest, String address, int port) {
    try {
      Process process =
          new ProcessBuilder(client.enter("busybox", "nc", "-l", "-p", Integer.toString(port)))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      EchoConnection connection = new EchoConnection(process);
      String listening = "( sport = :%d )".formatted(port);
      Awaitility.await("the client listens on port " + port)
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> client.command("ss", "-Hltn", listening).run().contains(":" + port));
      // Its control port never ends a talk: the time limit does.
      client
          .command("timeout", "2", "busybox", "nc", guest, "9")
          .reading("dial %s %d 1\n".formatted(address, port))
          .tryRun();
      connection.send();
      connection.awaitEchoes();
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void count(InputStream fromGuest) {
    try (fromGuest) {
      while (fromGuest.read() >= 0) {
        echoed.incrementAndGet();
      }
    } catch (IOException e) {
      // Closed by the test: there is nothing more to count.
      return;
    }
  }

  public void send() {
    try {
      toGuest.write('x');
      toGuest.flush();
      sent++;
    } catch (IOException e) {
      throw new UncheckedIOException("the connection was closed by the other side", e);
    }
  }

  /** How many bytes have come back. */
  public int echoed() {
    return echoed.get();
  }

  /** Waits until every byte sent has come back. */
  public void awaitEchoes() {
    Awaitility.await("every byte comes back")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> echoed.get() == sent);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
