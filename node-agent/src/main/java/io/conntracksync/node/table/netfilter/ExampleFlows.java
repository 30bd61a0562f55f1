package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Entries as a VM's busy minute leaves them, for a rehearsal. */
public final class ExampleFlows {
  private static final int TIMEOUT_SECONDS = 30;
  private static final int SERVICE = 443;
  private static final int FIRST_PORT = 40000;

  private ExampleFlows() {}

  /** TCP connections and as many UDP streams from the peer to the VM, both of one family. */
  public static List<Entry> between(InetAddress peer, InetAddress vm, int count) {
    return Stream.iterate(FIRST_PORT, port -> port + 1)
        .limit(count)
        .flatMap(
            port ->
                Stream.of(
                    flow(tuple(peer, port, vm, Protocol.TCP), established()),
                    flow(tuple(peer, port, vm, Protocol.UDP), new ProtocolState.Stateless())))
        .map(FlowEncoder::encode)
        .toList();
  }

  private static Flow flow(Tuple original, ProtocolState state) {
    return new Flow(
        new FlowId(Family.of(original.source()), Zones.DEFAULT, original),
        original.inverse(),
        Status.SEEN_REPLY | Status.ASSURED,
        TIMEOUT_SECONDS,
        0,
        state,
        Labels.NONE,
        Corrections.NONE,
        Ties.NONE);
  }

  private static Tuple tuple(InetAddress peer, int port, InetAddress vm, int protocol) {
    return new Tuple(peer, vm, protocol, new Transport.Ports(port, SERVICE));
  }

  private static ProtocolState established() {
    ProtocolState.Side side = new ProtocolState.Side(7, ProtocolState.Side.WINDOW_SCALE);
    return new ProtocolState.Tcp(ProtocolState.Tcp.ESTABLISHED, side, side);
  }
}
