package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.RefusedEntryException.malformed;
import static io.conntracksync.node.table.netfilter.RefusedEntryException.unsupported;

import java.util.Optional;

/**
 * Which combinations of values make a flow. The kernel checks some of them, but not all: it takes
 * an ICMPv6 tuple in an IPv4 entry, for one. Pure.
 */
final class FlowRules {
  private FlowRules() {}

  /** The flow itself, if it is one that a kernel of today can hold. */
  static Flow checked(Flow flow) throws RefusedEntryException {
    checked(flow.id());
    checkTuple(flow.id().family(), flow.reply());
    if (flow.reply().protocol() != flow.id().original().protocol()) {
      throw malformed("two directions with different protocols");
    }
    if ((flow.status() & ~Status.CARRIED) != 0) {
      throw malformed("status bits 0x" + Integer.toHexString(flow.status()));
    }
    if (flow.timeoutSeconds() < 0) {
      throw malformed("a timeout above 2147483647 s");
    }
    checkState(flow.id().original().protocol(), flow.state());
    checkHelper(flow.ties().helper());
    Optional<Tuple> master = flow.ties().master();
    if (master.isPresent()) {
      checkTuple(flow.id().family(), master.get());
    }
    return flow;
  }

  /** The identity itself, if a kernel of today can hold such a flow. */
  static FlowId checked(FlowId id) throws RefusedEntryException {
    Zones zones = id.zones();
    if (zones.original() != zones.reply() && zones.original() != 0 && zones.reply() != 0) {
      throw malformed("two different zones; a flow has one zone, for one or both directions");
    }
    checkTuple(id.family(), id.original());
    return id;
  }

  private static void checkTuple(Family family, Tuple tuple) throws RefusedEntryException {
    int protocol = tuple.protocol();
    if (Family.of(tuple.source()) != family || Family.of(tuple.destination()) != family) {
      throw malformed("an address of the other family");
    }
    // Linux 6.18 no longer tracks DCCP: ports are lost, and all flows of two hosts are one.
    if (protocol == Protocol.DCCP) {
      throw unsupported("DCCP");
    }
    if (tuple.transport() instanceof Transport.Ports != Protocol.hasPorts(protocol)
        || tuple.transport() instanceof Transport.Icmp != Protocol.isIcmp(protocol)) {
      throw malformed("protocol " + protocol + " with " + tuple.transport());
    }
    if (tuple.transport() instanceof Transport.Icmp icmp) {
      Family own = protocol == Protocol.ICMP ? Family.IPV4 : Family.IPV6;
      if (family != own) {
        throw malformed("protocol " + protocol + " in an entry of " + family);
      }
      if (!icmp.isAnswered(family)) {
        throw unsupported("ICMP type " + icmp.type() + ": nobody answers it");
      }
    }
  }

  private static void checkState(int protocol, ProtocolState state) throws RefusedEntryException {
    if (state instanceof ProtocolState.Tcp != (protocol == Protocol.TCP)) {
      throw malformed("protocol " + protocol + " with " + state);
    }
    if (state instanceof ProtocolState.Sctp sctp
        && (protocol != Protocol.SCTP || sctp.state() > ProtocolState.Sctp.MAX_STATE)) {
      throw malformed("protocol " + protocol + " with " + state);
    }
    if (state instanceof ProtocolState.Tcp tcp) {
      if (tcp.state() > ProtocolState.Tcp.MAX_STATE) {
        throw malformed("TCP state " + tcp.state());
      }
      checkSide(tcp.original());
      checkSide(tcp.reply());
    }
  }

  private static void checkSide(ProtocolState.Side side) throws RefusedEntryException {
    if (side.scale() > ProtocolState.Side.MAX_SCALE
        || (side.flags() & ~ProtocolState.Side.CARRIED) != 0) {
      throw malformed("TCP with " + side);
    }
  }

  private static void checkHelper(Optional<String> helper) throws RefusedEntryException {
    if (helper.isEmpty()) {
      return;
    }
    String name = helper.get();
    // The kernel may look for a module of that name: nothing but plain letters gets there.
    boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/');
    if (name.isEmpty() || name.length() > Ties.MAX_HELPER_LENGTH || !plain) {
      throw malformed("a helper's name of " + name.length() + " letters");
    }
  }
}
