package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPv4 or IPv6: how long addresses and keys are. */
enum Family {
  IPV4(4, "4"),
  IPV6(16, "6");

  /** Two ports, protocol, flags. */
  private static final int REST_OF_KEY = 6;

  private final int addressLength;
  private final String digit;

  Family(int addressLength, String digit) {
    this.addressLength = addressLength;
    this.digit = digit;
  }

  int addressLength() {
    return addressLength;
  }

  int keyLength() {
    return 2 * addressLength + REST_OF_KEY;
  }

  /** As it stands in the names of maps. */
  String digit() {
    return digit;
  }

  static Family of(InetAddress address) {
    return address.getAddress().length == IPV4.addressLength ? IPV4 : IPV6;
  }

  static Family ofKeyLength(int length) throws RefusedEntryException {
    for (Family family : values()) {
      if (family.keyLength() == length) {
        return family;
      }
    }
    throw RefusedEntryException.malformed("a key of " + length + " bytes");
  }

  /** Refuses an IPv4 address written as IPv6: Java turns that into an IPv4 one. */
  InetAddress address(byte[] bytes) throws RefusedEntryException {
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      if (of(address) != this) {
        throw RefusedEntryException.malformed("an IPv4 address in an IPv6 entry");
      }
      return address;
    } catch (UnknownHostException e) {
      throw RefusedEntryException.malformed("an address of " + bytes.length + " bytes");
    }
  }
}
