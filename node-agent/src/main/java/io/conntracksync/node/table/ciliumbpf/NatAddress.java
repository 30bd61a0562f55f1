package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the source of replies is translated to, held by the entry itself since Cilium 1.19: 16 bytes
 * at the value's start, an IPv4 address in the last 4 of them.
 */
record NatAddress(InetAddress address, int port) {
  private static final int LENGTH = 16;

  static NatAddress of(CtValue value, Family family) throws RefusedEntryException {
    byte[] all = new byte[LENGTH];
    ByteBuffer.wrap(all)
        .order(ByteOrder.nativeOrder())
        .putLong(value.first())
        .putLong(value.second());
    byte[] address = new byte[family.addressLength()];
    ByteBuffer.wrap(all).get(LENGTH - address.length, address);
    return new NatAddress(family.address(address), value.extra());
  }

  /** The first 8 bytes, as the machine reads them. */
  long first() {
    return placed().getLong(0);
  }

  /** The other 8 bytes. */
  long second() {
    return placed().getLong(Long.BYTES);
  }

  private ByteBuffer placed() {
    byte[] all = new byte[LENGTH];
    byte[] bytes = address.getAddress();
    System.arraycopy(bytes, 0, all, LENGTH - bytes.length, bytes.length);
    return ByteBuffer.wrap(all).order(ByteOrder.nativeOrder());
  }
}
