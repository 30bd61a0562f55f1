package io.conntracksync.node.table.netfilter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.util.Optional;

/** Reads flows from entries, see {@link FlowLayout}; believes nothing. */
final class FlowDecoder {
  private FlowDecoder() {}

  /** The flow of any entry that a peer may send, or why it is refused. */
  static Flow decode(Entry entry) throws RefusedEntryException {
    FlowId id = decode(entry.key());
    FieldReader in = new FieldReader(entry.value());
    Tuple reply = ends(in, id.family(), id.original().protocol());
    int status = in.u16();
    int timeout = in.u32();
    int mark = in.u32();
    int parts = in.u8();
    ProtocolState state = state(in, parts);
    Labels labels = (parts & FlowLayout.LABELS) == 0 ? Labels.NONE : new Labels(in.u64(), in.u64());
    Corrections corrections =
        new Corrections(
            adjustment(in, parts & FlowLayout.ORIGINAL_ADJUSTMENT),
            adjustment(in, parts & FlowLayout.REPLY_ADJUSTMENT),
            (parts & FlowLayout.SYNPROXY) == 0
                ? Synproxy.NONE
                : new Synproxy(in.u32(), in.u32(), in.u32()));
    Ties ties = ties(in, parts, id.family());
    in.expectEnd();
    Flow flow =
        FlowRules.checked(
            new Flow(id, reply, status, timeout, mark, state, labels, corrections, ties));
    if (parts != FlowLayout.parts(flow)) {
      throw RefusedEntryException.malformed("a part that says nothing");
    }
    return flow;
  }

  static FlowId decode(EntryKey key) throws RefusedEntryException {
    FieldReader in = new FieldReader(key.bytes());
    Family family = Family.ofNumber(in.u8());
    Zones zones = new Zones(in.u16(), in.u16());
    FlowId id = new FlowId(family, zones, tuple(in, family));
    in.expectEnd();
    return FlowRules.checked(id);
  }

  private static ProtocolState state(FieldReader in, int parts) throws RefusedEntryException {
    if ((parts & FlowLayout.TCP) != 0 && (parts & FlowLayout.SCTP) != 0) {
      throw RefusedEntryException.malformed("the state of two protocols");
    }
    if ((parts & FlowLayout.TCP) != 0) {
      return new ProtocolState.Tcp(in.u8(), side(in), side(in));
    }
    if ((parts & FlowLayout.SCTP) != 0) {
      return new ProtocolState.Sctp(in.u8(), in.u32(), in.u32());
    }
    return new ProtocolState.Stateless();
  }

  private static ProtocolState.Side side(FieldReader in) throws RefusedEntryException {
    return new ProtocolState.Side(in.u8(), in.u8());
  }

  private static SequenceAdjustment adjustment(FieldReader in, int part)
      throws RefusedEntryException {
    return part == 0
        ? SequenceAdjustment.NONE
        : new SequenceAdjustment(in.u32(), in.u32(), in.u32());
  }

  private static Ties ties(FieldReader in, int parts, Family family) throws RefusedEntryException {
    Optional<String> helper =
        (parts & FlowLayout.HELPER) == 0
            ? Optional.empty()
            : Optional.of(new String(in.bytes(in.u8()), ISO_8859_1));
    Optional<Tuple> master =
        (parts & FlowLayout.MASTER) == 0 ? Optional.empty() : Optional.of(tuple(in, family));
    return new Ties(helper, master);
  }

  private static Tuple tuple(FieldReader in, Family family) throws RefusedEntryException {
    return ends(in, family, in.u8());
  }

  private static Tuple ends(FieldReader in, Family family, int protocol)
      throws RefusedEntryException {
    return new Tuple(
        family.address(in.bytes(family.addressLength())),
        family.address(in.bytes(family.addressLength())),
        protocol,
        transport(in, protocol));
  }

  private static Transport transport(FieldReader in, int protocol) throws RefusedEntryException {
    if (Protocol.hasPorts(protocol)) {
      return new Transport.Ports(in.u16(), in.u16());
    }
    if (Protocol.isIcmp(protocol)) {
      return new Transport.Icmp(in.u16(), in.u8(), in.u8());
    }
    return new Transport.Nothing();
  }
}
