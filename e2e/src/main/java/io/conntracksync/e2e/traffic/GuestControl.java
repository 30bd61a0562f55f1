package io.conntracksync.e2e.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A talk with the guest program's control port: one order a line. Each talk is a connection of its
 * own, so that it reaches the VM also when older connections are lost. Lines of the guest that are
 * not asked for are skipped, a line that begins with {@code error} is thrown.
 */
final class GuestControl implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Socket socket;
  private final BufferedReader lines;

  private GuestControl(Socket socket, BufferedReader lines) {
    this.socket = socket;
    this.lines = lines;
  }

  static GuestControl open(InetSocketAddress control) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(control, (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.setTcpNoDelay(true);
      return new GuestControl(
          socket,
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  void dial(InetSocketAddress peer, int count) throws IOException {
    order("dial", peer, count);
  }

  void udp(InetSocketAddress peer, int count) throws IOException {
    order("udp", peer, count);
  }

  void ping() throws IOException {
    say("ping");
    String line = next();
    while (!line.equals("pong")) {
      line = next();
    }
  }

  /**
   * What the VM received, by index of the stream. A line is {@code udp <index> <received>
   * <bitmap>}: hex bytes, the lowest bit of the first byte is sequence 0.
   */
  Map<Integer, BitSet> report() throws IOException {
    say("report");
    Map<Integer, BitSet> received = new HashMap<>();
    for (String line = next(); !line.equals("end"); line = next()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("udp") && words.length >= 3) {
        try {
          received.put(Integer.valueOf(words[1]), bits(words.length > 3 ? words[3] : ""));
        } catch (IllegalArgumentException e) {
          throw new IOException("the guest reported \"" + line + "\": not a stream's line", e);
        }
      }
    }
    return received;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the talk with the guest", e);
    }
  }

  private static BitSet bits(String hex) {
    return BitSet.valueOf(HexFormat.of().parseHex(hex.strip()));
  }

  // The pong tells that the order was carried out before the talk is closed.
  private void order(String verb, InetSocketAddress peer, int count) throws IOException {
    String address = EndpointText.of(peer.getAddress());
    say(String.format(Locale.ROOT, "%s %s %d %d", verb, address, peer.getPort(), count));
    say("ping");
    for (String line = next(); !line.equals("pong"); line = next()) {
      if (line.startsWith("ok ") && !line.equals("ok " + count)) {
        throw new IOException(
            "the guest was told to "
                + verb
                + " "
                + count
                + " and answered \""
                + line
                + "\": its tables are full, start it anew");
      }
    }
  }

  private void say(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private String next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the guest closed its control connection before the answer");
    }
    if (line.startsWith("error")) {
      throw new IOException("the guest says: " + line);
    }
    return line.strip();
  }
}
