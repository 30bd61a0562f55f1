package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.RefusedEntryException.malformed;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads an entry from the attributes of a {@code CT_NEW} message, the form in which the kernel
 * shows entries. For one message; an attribute that is not known is passed over.
 */
final class FlowReader {
  /**
   * An entry in a flow table shows neither timeout nor state: the kernel keeps its life up. These
   * are the kernel's defaults for an established flow; the next packet on the target sets them
   * right.
   */
  private static final int OFFLOADED_TCP_SECONDS = 432_000;

  private static final int OFFLOADED_SECONDS = 120;

  private final Family family;
  private Tuple original;
  private Tuple reply;
  private int originalZone;
  private int replyZone;
  private int sharedZone;
  private int status;
  private int timeout = -1;
  private int mark;
  private int kernelId;
  private ProtocolState state = new ProtocolState.Stateless();
  private Labels labels = Labels.NONE;
  private SequenceAdjustment originalAdjustment = SequenceAdjustment.NONE;
  private SequenceAdjustment replyAdjustment = SequenceAdjustment.NONE;
  private Synproxy synproxy = Synproxy.NONE;
  private Optional<String> helper = Optional.empty();
  private Optional<Tuple> master = Optional.empty();

  private FlowReader(Family family) {
    this.family = family;
  }

  /** Reads to the end of the attributes. */
  static Tracked read(Family family, AttributeReader in) throws RefusedEntryException {
    FlowReader reader = new FlowReader(family);
    while (in.next()) {
      reader.take(in);
    }
    return reader.tracked();
  }

  private void take(AttributeReader in) throws RefusedEntryException {
    switch (in.type()) {
      case Cta.TUPLE_ORIG -> {
        TupleAttributes.Zoned zoned = TupleAttributes.read(in, family);
        original = zoned.tuple();
        originalZone = zoned.zone();
      }
      case Cta.TUPLE_REPLY -> {
        TupleAttributes.Zoned zoned = TupleAttributes.read(in, family);
        reply = zoned.tuple();
        replyZone = zoned.zone();
      }
      case Cta.TUPLE_MASTER -> master = Optional.of(TupleAttributes.read(in, family).tuple());
      case Cta.ZONE -> sharedZone = in.u16();
      case Cta.STATUS -> status = in.u32();
      case Cta.TIMEOUT -> timeout = in.u32();
      case Cta.MARK -> mark = in.u32();
      case Cta.ID -> kernelId = in.u32();
      case Cta.LABELS -> labels = new Labels(in.u64(0), in.u64(Long.BYTES));
      case Cta.PROTOINFO -> readState(in);
      case Cta.HELP -> readHelper(in);
      case Cta.SEQ_ADJ_ORIG -> originalAdjustment = readAdjustment(in);
      case Cta.SEQ_ADJ_REPLY -> replyAdjustment = readAdjustment(in);
      case Cta.SYNPROXY -> {
        Triple triple = readTriple(in);
        synproxy = new Synproxy(triple.first(), triple.second(), triple.third());
      }
      default -> {}
    }
  }

  private Tracked tracked() throws RefusedEntryException {
    if (original == null || reply == null) {
      throw malformed("an entry without both tuples");
    }
    if (timeout < 0) {
      assumeEstablished();
    }
    Zones zones =
        sharedZone == 0 ? new Zones(originalZone, replyZone) : new Zones(sharedZone, sharedZone);
    Flow flow =
        new Flow(
            new FlowId(family, zones, original),
            reply,
            status & Status.CARRIED,
            timeout,
            mark,
            state,
            labels,
            new Corrections(originalAdjustment, replyAdjustment, synproxy),
            new Ties(helper, master));
    return new Tracked(kernelId, status, FlowRules.checked(flow));
  }

  private void assumeEstablished() throws RefusedEntryException {
    if ((status & Status.OFFLOAD) == 0) {
      throw malformed("an entry without a timeout");
    }
    boolean tcp = original.protocol() == Protocol.TCP;
    timeout = tcp ? OFFLOADED_TCP_SECONDS : OFFLOADED_SECONDS;
    if (tcp) {
      state =
          new ProtocolState.Tcp(
              ProtocolState.Tcp.ESTABLISHED,
              ProtocolState.Side.UNKNOWN,
              ProtocolState.Side.UNKNOWN);
    }
  }

  private void readState(AttributeReader in) throws RefusedEntryException {
    in.enter();
    while (in.next()) {
      if (in.type() == Cta.PROTOINFO_TCP) {
        state = readTcp(in);
      } else if (in.type() == Cta.PROTOINFO_SCTP) {
        state = readSctp(in);
      }
    }
    in.leave();
  }

  private static ProtocolState readTcp(AttributeReader in) throws RefusedEntryException {
    int state = 0;
    int originalScale = 0;
    int replyScale = 0;
    int originalFlags = 0;
    int replyFlags = 0;
    in.enter();
    while (in.next()) {
      switch (in.type()) {
        case Cta.TCP_STATE -> state = in.u8();
        case Cta.TCP_SCALE_ORIG -> originalScale = in.u8();
        case Cta.TCP_SCALE_REPLY -> replyScale = in.u8();
        case Cta.TCP_FLAGS_ORIG -> originalFlags = in.firstOf2() & ProtocolState.Side.CARRIED;
        case Cta.TCP_FLAGS_REPLY -> replyFlags = in.firstOf2() & ProtocolState.Side.CARRIED;
        default -> {}
      }
    }
    in.leave();
    return new ProtocolState.Tcp(
        state,
        new ProtocolState.Side(originalScale, originalFlags),
        new ProtocolState.Side(replyScale, replyFlags));
  }

  private static ProtocolState readSctp(AttributeReader in) throws RefusedEntryException {
    int state = 0;
    int originalTag = 0;
    int replyTag = 0;
    in.enter();
    while (in.next()) {
      switch (in.type()) {
        case Cta.SCTP_STATE -> state = in.u8();
        case Cta.SCTP_VTAG_ORIG -> originalTag = in.u32();
        case Cta.SCTP_VTAG_REPLY -> replyTag = in.u32();
        default -> {}
      }
    }
    in.leave();
    return new ProtocolState.Sctp(state, originalTag, replyTag);
  }

  private void readHelper(AttributeReader in) throws RefusedEntryException {
    in.enter();
    while (in.next()) {
      if (in.type() == Cta.HELP_NAME) {
        String name = new String(in.bytes(), StandardCharsets.ISO_8859_1);
        int zero = name.indexOf('\0');
        helper = Optional.of(zero < 0 ? name : name.substring(0, zero));
      }
    }
    in.leave();
  }

  private record Triple(int first, int second, int third) {}

  private static SequenceAdjustment readAdjustment(AttributeReader in)
      throws RefusedEntryException {
    Triple triple = readTriple(in);
    return new SequenceAdjustment(triple.first(), triple.second(), triple.third());
  }

  /** Three u32 of types 1, 2, 3: sequence adjustments and the SYN proxy are alike in that. */
  private static Triple readTriple(AttributeReader in) throws RefusedEntryException {
    int[] values = new int[3];
    in.enter();
    while (in.next()) {
      if (in.type() >= 1 && in.type() <= values.length) {
        values[in.type() - 1] = in.u32();
      }
    }
    in.leave();
    return new Triple(values[0], values[1], values[2]);
  }
}
