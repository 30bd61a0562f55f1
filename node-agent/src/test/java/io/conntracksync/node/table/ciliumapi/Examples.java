package io.conntracksync.node.table.ciliumapi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Entries of facts/cilium.md, 4, of a VM with the address 10.244.1.10 on a node whose clock says
 * 100000: keys, and values of 56 bytes. 8000 s are left of each.
 */
final class Examples {
  static final InetAddress VM = address("10.244.1.10");

  /** The VM's connection to 192.0.2.80:443. */
  static final String OUT = "0af4010a c0000250 01bb 9c40 06 00";

  static final String OUT_VALUE =
      "00".repeat(32) + "e0a50100 1000 0000 0000 1a 1a d2040000 9d860100 9d860100";

  /** The same as a record. */
  static final String OUT_RECORD =
      OUT + "00".repeat(32) + "401f0000 1000 0000 1a 1a d2040000 9d860100 9d860100";

  /** A connection of 198.51.100.7 to the VM's port 22. */
  static final String IN = "c6336407 0af4010a 0016 c738 06 01";

  static final String IN_VALUE =
      "00".repeat(32) + "e0a50100 1000 0000 0000 1a 1a 04000001 9d860100 9d860100";

  /** The VM's choice of the backend 37 for the service 10.96.0.10:80, which has the id 5. */
  static final String SERVICE = "0a60000a 0af4010a 9c41 0050 06 04";

  static final String SERVICE_VALUE =
      "0000000000000000 2500000000000000"
          + "00".repeat(16)
          + "e0a50100 1000 0005 0000 00 00 00000000 9d860100 00000000";

  /** Address, port and protocol of that service. */
  static final String SERVICE_FRONTEND = "0a60000a 0050 06";

  /** The connection to that backend, 10.244.2.20:8080. */
  static final String TO_BACKEND = "0af4010a 0af40214 1f90 9c41 06 00";

  static final String TO_BACKEND_VALUE =
      "00".repeat(32) + "e0a50100 1000 0005 0000 00 00 d2040000 00000000 00000000";

  private Examples() {}

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  /** The connection of {@link #OUT} with so many units left. */
  static ApiRecord out(int unitsLeft) {
    ApiRecord example =
        ApiRecord.readAll(HexFormat.of().parseHex(OUT_RECORD.replace(" ", ""))).get(0);
    return new ApiRecord(
        example.key(), 0, 0, 0, 0, unitsLeft, example.bits(), 0, 0, 0, example.identity(), 0, 0);
  }

  static byte[] random(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
