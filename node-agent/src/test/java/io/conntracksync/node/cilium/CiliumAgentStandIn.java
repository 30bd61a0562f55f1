package io.conntracksync.node.cilium;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The stand-in for Cilium's agent, on top of pinned maps; ends with the test whatever becomes of
 * it. Its faults are those of e2e/cilium-tools.
 */
public final class CiliumAgentStandIn implements AutoCloseable {
  /** The shell waits at the pipe from here and then ends what it started. */
  private static final String UNTIL_WE_ARE_GONE =
      "\"$@\" </dev/null & cat >/dev/null; kill $!; wait $!";

  private final Process holder;
  private final Path socket;

  private CiliumAgentStandIn(Process holder, Path socket) {
    this.holder = holder;
    this.socket = socket;
  }

  /** One that offers the conntrack calls; the clock is {@code ktime} or {@code jiffies:250}. */
  public static CiliumAgentStandIn start(Path socket, Path maps, String clock) {
    return start(socket, maps, clock, List.of("--conntrack-api"));
  }

  /** One that does not. */
  public static CiliumAgentStandIn startStock(Path socket, Path maps) {
    return start(socket, maps, "ktime", List.of());
  }

  private static CiliumAgentStandIn start(
      Path socket, Path maps, String clock, List<String> options) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", UNTIL_WE_ARE_GONE, "holder"));
    command.add(CiliumTools.program("cilium-agent-stand-in").toString());
    command.addAll(List.of("--socket", socket.toString(), "--maps", maps.toString()));
    command.addAll(List.of("--version", "1.20.2", "--clock", clock));
    command.addAll(options);
    try {
      Process holder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader words = holder.inputReader(StandardCharsets.UTF_8);
      if (!"ready".equals(words.readLine())) {
        holder.getOutputStream().close();
        throw new IllegalStateException("the stand-in for Cilium's agent did not start");
      }
      return new CiliumAgentStandIn(holder, socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path socket() {
    return socket;
  }

  /** From the next conntrack call on. */
  public void has(String fault) {
    String request =
        "PUT /stand-in/fault HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
            + "%d\r\n\r\n%s".formatted(fault.length(), fault);
    try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      boolean unused = connection.connect(UnixDomainSocketAddress.of(socket));
      int unusedLength =
          connection.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      String answer =
          new String(Channels.newInputStream(connection).readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 204 ")) {
        throw new IllegalStateException("fault %s: %s".formatted(fault, answer));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
      int unused = holder.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
