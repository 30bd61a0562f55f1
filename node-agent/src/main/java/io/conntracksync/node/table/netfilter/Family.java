package io.conntracksync.node.table.netfilter;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Address family; numbers from linux/socket.h. */
enum Family {
  IPV4(2, 4, Cta.IP_V4_SRC, Cta.IP_V4_DST),
  IPV6(10, 16, Cta.IP_V6_SRC, Cta.IP_V6_DST);

  private final int number;
  private final int addressLength;
  private final int sourceType;
  private final int destinationType;

  Family(int number, int addressLength, int sourceType, int destinationType) {
    this.number = number;
    this.addressLength = addressLength;
    this.sourceType = sourceType;
    this.destinationType = destinationType;
  }

  static Family of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** The family of that number; the refusal says that there is none. */
  static Family ofNumber(int number) throws RefusedEntryException {
    if (number == IPV4.number) {
      return IPV4;
    }
    if (number == IPV6.number) {
      return IPV6;
    }
    throw RefusedEntryException.malformed("address family " + number + "; 2 and 10 are known");
  }

  int number() {
    return number;
  }

  int addressLength() {
    return addressLength;
  }

  /** Type of the attribute of a source address. */
  int sourceType() {
    return sourceType;
  }

  /** Type of the attribute of a destination address. */
  int destinationType() {
    return destinationType;
  }

  /**
   * An address of this family. An IPv6 address that contains an IPv4 one stays an IPv6 address,
   * unlike with {@link InetAddress#getByAddress}: else a flow of one family could pass for one of
   * the other.
   */
  InetAddress address(byte[] bytes) throws RefusedEntryException {
    try {
      return this == IPV4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw RefusedEntryException.malformed("an address of " + bytes.length + " bytes");
    }
  }
}
