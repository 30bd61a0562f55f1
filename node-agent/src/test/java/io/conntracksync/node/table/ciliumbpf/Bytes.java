package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.EntryKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Bytes as they lie in a map of a little-endian machine, and addresses, from text. */
final class Bytes {
  private Bytes() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static CtKey key(String text) {
    try {
      return CtKey.decode(EntryKey.of(hex(text)));
    } catch (RefusedEntryException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** The 32 first bytes are zero unless given. */
  static CtValue value(String first32, String rest) {
    String start = first32.replace(" ", "");
    return CtValue.decode(hex(start + "0".repeat(64 - start.length()) + rest));
  }

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
