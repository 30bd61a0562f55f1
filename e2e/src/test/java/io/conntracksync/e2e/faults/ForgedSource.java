package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/**
 * Speaks to a target as the agent of the sync's source would that has been taken over: the right
 * frames, the right greeting, and then whatever it likes. Written by the bytes, so that it can say
 * what no agent says.
 */
final class ForgedSource implements AutoCloseable {
  /** As many as a frame may have. */
  static final int CHUNK = 200;

  private static final int VERSION = 2;
  private static final int HELLO = 1;
  private static final int ENTRIES = 2;
  private static final int BARRIER = 3;
  private static final int ACK = 4;
  private static final int REFUSAL = 7;
  private static final int UPSERT = 1;

  private final SSLSocket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  private ForgedSource(SSLSocket socket) throws IOException {
    this.socket = socket;
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
  }

  /** On a connection that was let in; returns when the target has greeted back. */
  static ForgedSource greet(SSLSocket socket, ConntrackSync sync) throws IOException {
    ForgedSource source = new ForgedSource(socket);
    source.out.write(greeting(sync));
    int answer = source.answer();
    if (answer != HELLO) {
      throw new IOException("the greeting was answered by a message of type " + answer);
    }
    return source;
  }

  /** The frame that greets. */
  static byte[] greeting(ConntrackSync sync) {
    return frame(
        body -> {
          body.writeByte(HELLO);
          text(body, sync.getMetadata().getUid());
          text(body, "netfilter");
          text(body, "ctnetlink/1+tables/1");
          body.writeByte(sync.getSpec().addresses().size());
          for (String address : sync.getSpec().addresses()) {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            body.writeByte(bytes.length);
            body.write(bytes);
          }
        });
  }

  /** Established connections of peers numbered from {@code first}, to that address. */
  void sendEntries(String address, int first) throws IOException {
    byte[] destination = InetAddress.getByName(address).getAddress();
    out.write(
        frame(
            body -> {
              body.writeByte(ENTRIES);
              body.writeByte(UPSERT);
              body.writeShort(CHUNK);
              for (int number = first; number < first + CHUNK; number++) {
                entry(body, destination, number);
              }
            }));
  }

  /** Returns when the target has dealt with everything before; false when it refuses instead. */
  boolean isAcknowledged() throws IOException {
    out.write(
        frame(
            body -> {
              body.writeByte(BARRIER);
              body.writeLong(1);
            }));
    return answer() == ACK;
  }

  /** Whether the next thing that the target says is that it takes no more. */
  boolean isRefused() throws IOException {
    return answer() == REFUSAL;
  }

  private int answer() throws IOException {
    in.readByte();
    byte[] payload = new byte[in.readInt()];
    in.readFully(payload);
    return payload[0];
  }

  /**
   * Key: the node's own table, family, two zones, TCP, ends. Value: ends of the reply, status
   * (assured, seen both ways), timeout, mark, TCP's state: established.
   */
  private static void entry(DataOutputStream body, byte[] destination, int number)
      throws IOException {
    byte[] peer = ByteBuffer.allocate(4).putInt(0xC6120000 + (number >> 10)).array();
    int port = 1024 + (number & 0x3FF);
    body.writeByte(1 + 1 + 4 + 1 + 4 + 4 + 2 + 2);
    body.writeByte(0);
    body.writeByte(2);
    body.writeInt(0);
    body.writeByte(6);
    body.write(peer);
    body.write(destination);
    body.writeShort(port);
    body.writeShort(7);
    body.writeShort(4 + 4 + 2 + 2 + 2 + 4 + 4 + 1 + 5);
    body.write(destination);
    body.write(peer);
    body.writeShort(7);
    body.writeShort(port);
    body.writeShort(0x06);
    body.writeInt(600);
    body.writeInt(0);
    body.writeByte(1);
    body.writeByte(3);
    body.writeInt(0);
  }

  private static void text(DataOutputStream body, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    body.writeByte(bytes.length);
    body.write(bytes);
  }

  private static byte[] frame(Body body) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try {
      body.write(new DataOutputStream(payload));
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      DataOutputStream header = new DataOutputStream(frame);
      header.writeByte(VERSION);
      header.writeInt(payload.size());
      payload.writeTo(frame);
      return frame.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
  }

  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
