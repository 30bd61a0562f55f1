package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Entry;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Entries as a VM's busy minute leaves them, for a rehearsal. */
public final class ExampleEntries {
  private static final int MILLIS = 30_000;
  private static final int SERVICE = 443;
  private static final int FIRST_PORT = 40_000;
  private static final int SYN_AND_ACK = 0x12;

  private ExampleEntries() {}

  /** TCP connections from the peer to the VM, both of one family. */
  public static List<Entry> between(InetAddress peer, InetAddress vm, int count) {
    Carried carried =
        new Carried(
            MILLIS,
            CtFlags.SEEN_NON_SYN,
            SYN_AND_ACK,
            SYN_AND_ACK,
            Identity.of(Identity.WORLD),
            Meaning.NONE,
            Optional.empty());
    return IntStream.range(FIRST_PORT, FIRST_PORT + count)
        .mapToObj(port -> new CtKey(peer, vm, SERVICE, port, Protocol.TCP, CtKey.IN))
        .map(key -> CarriedCodec.encode(key, carried))
        .toList();
  }
}
