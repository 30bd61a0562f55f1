package io.conntracksync.node.table.netfilter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The captured messages; what they are stands in the README beside them. */
final class Golden {
  private Golden() {}

  static String hex(String name) {
    try (InputStream in = Golden.class.getResourceAsStream(name + ".hex")) {
      if (in == null) {
        throw new IllegalStateException("no golden file " + name + ".hex");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ByteBuffer message(String name) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex(name))).order(ByteOrder.nativeOrder());
  }

  /** What a batch would send. */
  static String hex(RequestBatch batch) {
    ByteBuffer datagram = batch.datagram();
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The first message's entry. */
  static Tracked read(ByteBuffer datagram) throws RefusedEntryException {
    KernelMessages messages = new KernelMessages();
    messages.over(datagram);
    messages.next();
    return FlowReader.read(Family.ofNumber(messages.family()), messages.attributes());
  }
}
