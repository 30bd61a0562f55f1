package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Entry;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Entries as a VM's busy minute leaves them, for a rehearsal. */
public final class ExampleRecords {
  private static final int MILLIS = 30_000;
  private static final int SERVICE = 443;
  private static final int FIRST_PORT = 40_000;
  private static final int TCP = 6;
  private static final int SYN_AND_ACK = 0x12;
  private static final int WORLD = 2;

  private ExampleRecords() {}

  /** TCP connections from the peer to the VM, both of IPv4. */
  public static List<Entry> between(InetAddress peer, InetAddress vm, int count) {
    return IntStream.range(FIRST_PORT, FIRST_PORT + count)
        .mapToObj(
            port ->
                new RecordKey(
                    (Inet4Address) peer, (Inet4Address) vm, SERVICE, port, TCP, RecordKey.IN))
        .map(
            key ->
                new CarriedRecord(
                    key, 0, MILLIS, FlowBits.SEEN_NON_SYN, 0, SYN_AND_ACK, SYN_AND_ACK, WORLD))
        .map(record -> CarriedFlowCodec.encode(new CarriedFlow(record, Optional.empty())))
        .toList();
  }
}
