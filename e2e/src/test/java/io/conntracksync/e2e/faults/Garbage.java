package io.conntracksync.e2e.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;

/** Bytes that have no place on one of the agent's sockets. */
final class Garbage {
  /** Of 1 MiB, which is allowed. */
  static final byte[] HEADER_OF_A_LONG_FRAME = bytes(2, 0, 0x10, 0, 0);

  /** A handshake record of 512 bytes, and in it a client_hello of as many as fit. */
  static final byte[] START_OF_A_TLS_HELLO = bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc);

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int HOOK_LINE = 512;

  private final String what;
  private final byte[] bytes;
  private final Then then;
  private final String fault;

  private Garbage(String what, byte[] bytes, Then then, String fault) {
    this.what = what;
    this.bytes = bytes;
    this.then = then;
    this.fault = fault;
  }

  /** What the sender does next: some wait for an answer, others stop in the middle. */
  private enum Then {
    WAIT,
    STOP
  }

  /** For the port on which entries arrive, from anybody who finds it: it takes TLS only. */
  static List<Garbage> ofStrangers() {
    return List.of(
        new Garbage("random bytes", random(), Then.WAIT, "not_tls"),
        new Garbage("HTTP", text("GET / HTTP/1.1\r\nHost: n\r\n\r\n"), Then.WAIT, "http_bytes"),
        new Garbage("a frame in plain text", bytes(2, 0, 0, 0, 1, 5), Then.WAIT, "not_tls"),
        // RFC 8446 §5.1 and §4: handshake record, TLS 1.0 for compatibility, client_hello.
        new Garbage(
            "TLS hello", bytes(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3), Then.WAIT, "handshake_failed"),
        new Garbage("half a record", bytes(0x16, 3, 1, 0, 5, 1), Then.STOP, "truncated"),
        new Garbage("no more", bytes(0x16, 3, 1, 0, 5, 1), Then.WAIT, "handshake_timeout"));
  }

  /** From somebody who has the source's key: {@code version u8 = 2 · length u32 · payload}. */
  static List<Garbage> ofTheSource() {
    return List.of(
        new Garbage("random bytes", random(), Then.WAIT, "other_version"),
        new Garbage("oversize frame", bytes(2, 0x7f, 0xff, 0xff, 0xff), Then.WAIT, "oversize"),
        hugeFrame(),
        emptyFrame(),
        new Garbage("unknown type", bytes(2, 0, 0, 0, 1, 0xee), Then.WAIT, "unknown_type"),
        new Garbage("half a frame", bytes(2, 0, 0, 0, 9, 1), Then.STOP, "truncated"));
  }

  /** One of 4 GiB, less a byte: the most that a header can announce. */
  static Garbage hugeFrame() {
    return new Garbage("huge frame", bytes(2, 0xff, 0xff, 0xff, 0xff), Then.WAIT, "oversize");
  }

  /** What only a source may say, and nobody else gets as far as. */
  static Garbage emptyFrame() {
    return new Garbage("empty frame", bytes(2, 0, 0, 0, 0), Then.WAIT, "malformed");
  }

  /** For the hook's socket: one line in, one line out. */
  static List<Garbage> ofTheHookSocket() {
    return List.of(
        new Garbage("an unknown question", text("open sesame\n"), Then.WAIT, "malformed"),
        new Garbage("HTTP", text("GET / HTTP/1.1\r\n\r\n"), Then.WAIT, "malformed"),
        new Garbage("two questions", text("wait a b\nwait c d\n"), Then.WAIT, "malformed"),
        new Garbage("no end", text("w".repeat(HOOK_LINE)), Then.WAIT, "oversize"),
        new Garbage("half a line", text("wait shop_db"), Then.STOP, "truncated"));
  }

  /** The label under which the agent counts it. */
  String fault() {
    return fault;
  }

  /** Sends it to that address; returns all bytes that came back before the peer hung up. */
  byte[] sendTo(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return sendOn(socket);
    }
  }

  /** As {@link #sendTo(InetSocketAddress)}, on a connection that is there. */
  byte[] sendOn(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      socket.getOutputStream().write(bytes);
      if (then == Then.STOP) {
        socket.shutdownOutput();
      }
      socket.getInputStream().transferTo(answer);
    } catch (SocketException | SSLException e) {
      // Closed with unread bytes, which is a reset (RFC 9293 §3.6.1); or with an alert of TLS.
      return answer.toByteArray();
    }
    return answer.toByteArray();
  }

  /** As {@link #sendTo(InetSocketAddress)}, to a unix socket. */
  byte[] sendTo(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(bytes));
      if (then == Then.STOP) {
        channel.shutdownOutput();
      }
      ByteBuffer answer = ByteBuffer.allocate(HOOK_LINE);
      try {
        while (channel.read(answer) >= 0) {
          // Until the agent hangs up.
        }
      } catch (SocketException e) {
        return answered(answer);
      }
      return answered(answer);
    }
  }

  /** For comparison, what is said to a proper question. */
  static String ask(Path socket, String question) throws IOException {
    Garbage proper = new Garbage(question, text(question + "\n"), Then.WAIT, "");
    return new String(proper.sendTo(socket), StandardCharsets.US_ASCII);
  }

  private static byte[] answered(ByteBuffer answer) {
    byte[] bytes = new byte[answer.position()];
    answer.flip().get(bytes);
    return bytes;
  }

  private static byte[] random() {
    byte[] bytes = new byte[64];
    new Random(3).nextBytes(bytes);
    // Neither a version of ours nor the start of something that has a name.
    bytes[0] = 0x7f;
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Override
  public String toString() {
    return what;
  }
}
