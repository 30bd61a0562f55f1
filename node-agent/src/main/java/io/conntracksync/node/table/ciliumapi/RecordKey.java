package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.FlowEnds;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The key of Cilium's IPv4 conntrack maps, 14 bytes without padding: {@code daddr 4 · saddr 4 ·
 * dport u16 · sport u16 · protocol u8 · flags u8}, ports big-endian. Which end is which depends on
 * the flags: for OUT and IN {@code daddr} is who opened the flow, for SERVICE it is the service.
 * Source: facts/cilium.md, 3.1 and 4.
 */
record RecordKey(
    Inet4Address daddr, Inet4Address saddr, int dport, int sport, int protocol, int flags) {
  static final int LENGTH = 14;

  static final int IN = 1;
  static final int SERVICE = 4;

  private static final int TCP = 6;

  static RecordKey read(ByteBuffer from) {
    ByteBuffer in = from.order(ByteOrder.BIG_ENDIAN);
    return new RecordKey(
        address(in),
        address(in),
        Short.toUnsignedInt(in.getShort()),
        Short.toUnsignedInt(in.getShort()),
        Byte.toUnsignedInt(in.get()),
        Byte.toUnsignedInt(in.get()));
  }

  void write(ByteBuffer to) {
    to.order(ByteOrder.BIG_ENDIAN)
        .put(daddr.getAddress())
        .put(saddr.getAddress())
        .putShort((short) dport)
        .putShort((short) sport)
        .put((byte) protocol)
        .put((byte) flags);
  }

  boolean isService() {
    return (flags & SERVICE) != 0;
  }

  boolean isIn() {
    return !isService() && (flags & IN) != 0;
  }

  /** Which of Cilium's two maps holds it: service ids of one mean nothing in the other. */
  boolean isTcp() {
    return protocol == TCP;
  }

  /** Of which VM the entry is: whose export names it. */
  Inet4Address owner() {
    return isService() || isIn() ? saddr : daddr;
  }

  FlowEnds ends() {
    return isService() ? new FlowEnds(saddr, daddr) : new FlowEnds(daddr, saddr);
  }

  private static Inet4Address address(ByteBuffer in) {
    byte[] bytes = new byte[4];
    in.get(bytes);
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
