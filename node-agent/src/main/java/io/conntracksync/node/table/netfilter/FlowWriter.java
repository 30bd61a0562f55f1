package io.conntracksync.node.table.netfilter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;

/**
 * Writes what the kernel must be told of a flow. What cannot be sent (counters, timestamps,
 * sequence windows) is not in ctnetlink or is ignored there.
 */
final class FlowWriter {
  private FlowWriter() {}

  /** How the flags of TCP are given. */
  enum Windows {
    /**
     * Liberal on both sides: sequence windows do not travel, and packets in flight during the pause
     * would be outside the window that the kernel guesses.
     */
    FORGIVING,
    /** Exactly as they stand in the flow. */
    AS_THEY_WERE
  }

  /** Everything, to make a new entry. */
  static void writeNew(AttributeWriter out, Flow flow, Windows windows) {
    FlowId id = flow.id();
    TupleAttributes.write(
        out, Cta.TUPLE_ORIG, id.family(), id.original(), id.zones().originalOnly());
    TupleAttributes.write(
        out, Cta.TUPLE_REPLY, id.family(), flow.replyBeforeNat(), id.zones().replyOnly());
    // The kernel refuses an entry that is not confirmed, and ignores NAT bits: see writeNat.
    out.u32(Cta.STATUS, (flow.status() & Status.SETTABLE) | Status.CONFIRMED);
    writeTimeout(out, flow);
    writeState(out, flow.state(), windows);
    if (flow.mark() != 0) {
      out.u32(Cta.MARK, flow.mark());
    }
    writeLabels(out, flow.labels());
    writeSharedZone(out, id.zones());
    flow.ties().helper().ifPresent(name -> writeHelper(out, name));
    writeNat(out, flow);
    writeCorrections(out, flow.corrections());
    flow.ties()
        .master()
        .ifPresent(master -> TupleAttributes.write(out, Cta.TUPLE_MASTER, id.family(), master, 0));
  }

  /**
   * What may change in an entry that is there: no NAT, helper or master, which the kernel refuses.
   * It also refuses to clear a settable status bit, and to touch a fixed timeout.
   */
  static void writeChanges(AttributeWriter out, Flow flow, Flow existing, Windows windows) {
    writeIdentity(out, flow.id());
    int status = (flow.status() | existing.status()) & Status.SETTABLE;
    out.u32(Cta.STATUS, status | Status.CONFIRMED);
    if ((existing.status() & Status.FIXED_TIMEOUT) == 0) {
      writeTimeout(out, flow);
    }
    // Exactly: a leftover may have been seen to close, which this connection was not.
    writeState(out, given(flow.state(), windows), Windows.AS_THEY_WERE);
    out.u32(Cta.MARK, flow.mark());
    if (!flow.labels().equals(existing.labels())) {
      writeLabels(out, flow.labels());
    }
    writeCorrections(out, flow.corrections());
  }

  private static ProtocolState given(ProtocolState state, Windows windows) {
    return windows == Windows.FORGIVING && state instanceof ProtocolState.Tcp tcp
        ? new ProtocolState.Tcp(tcp.state(), tcp.original().liberal(), tcp.reply().liberal())
        : state;
  }

  /** Which flow is meant, by its original tuple. */
  static void writeIdentity(AttributeWriter out, FlowId id) {
    TupleAttributes.write(
        out, Cta.TUPLE_ORIG, id.family(), id.original(), id.zones().originalOnly());
    writeSharedZone(out, id.zones());
  }

  /** Which flow is meant, by its reply tuple. */
  static void writeReply(AttributeWriter out, Flow flow) {
    Zones zones = flow.id().zones();
    TupleAttributes.write(
        out, Cta.TUPLE_REPLY, flow.id().family(), flow.reply(), zones.replyOnly());
    writeSharedZone(out, zones);
  }

  private static void writeSharedZone(AttributeWriter out, Zones zones) {
    if (zones.shared() != 0) {
      out.u16(Cta.ZONE, zones.shared());
    }
  }

  /** Zero would end the entry at once: a flow with a fraction of a second left gets a whole one. */
  private static void writeTimeout(AttributeWriter out, Flow flow) {
    out.u32(Cta.TIMEOUT, Math.max(1, flow.timeoutSeconds()));
  }

  private static void writeState(AttributeWriter out, ProtocolState state, Windows windows) {
    if (state instanceof ProtocolState.Stateless) {
      return;
    }
    int whole = out.begin(Cta.PROTOINFO);
    if (state instanceof ProtocolState.Tcp tcp) {
      int inner = out.begin(Cta.PROTOINFO_TCP);
      out.u8(Cta.TCP_STATE, tcp.state());
      out.u8(Cta.TCP_SCALE_ORIG, tcp.original().scale());
      out.u8(Cta.TCP_SCALE_REPLY, tcp.reply().scale());
      out.u16(Cta.TCP_FLAGS_ORIG, valueAndMask(tcp.original(), windows));
      out.u16(Cta.TCP_FLAGS_REPLY, valueAndMask(tcp.reply(), windows));
      out.end(inner);
    } else if (state instanceof ProtocolState.Sctp sctp) {
      int inner = out.begin(Cta.PROTOINFO_SCTP);
      out.u8(Cta.SCTP_STATE, sctp.state());
      out.u32(Cta.SCTP_VTAG_ORIG, sctp.originalTag());
      out.u32(Cta.SCTP_VTAG_REPLY, sctp.replyTag());
      out.end(inner);
    }
    out.end(whole);
  }

  /** Flags and which of them to take. */
  private static int valueAndMask(ProtocolState.Side side, Windows windows) {
    return switch (windows) {
      case FORGIVING -> {
        int flags = side.liberal().flags();
        yield flags << 8 | flags;
      }
      case AS_THEY_WERE -> side.flags() << 8 | ProtocolState.Side.CARRIED;
    };
  }

  private static void writeLabels(AttributeWriter out, Labels labels) {
    if (!labels.equals(Labels.NONE)) {
      out.u128(Cta.LABELS, labels.first(), labels.second());
    }
  }

  private static void writeHelper(AttributeWriter out, String name) {
    int help = out.begin(Cta.HELP);
    out.bytes(Cta.HELP_NAME, (name + '\0').getBytes(ISO_8859_1));
    out.end(help);
  }

  /** With address and port given exactly, so that the kernel cannot choose another free port. */
  private static void writeNat(AttributeWriter out, Flow flow) {
    Family family = flow.id().family();
    Tuple reply = flow.reply();
    if (flow.sourceIsTranslated()) {
      writeNat(out, Cta.NAT_SRC, family, reply.destination(), natNumber(flow, Cta.NAT_SRC));
    }
    if (flow.destinationIsTranslated()) {
      writeNat(out, Cta.NAT_DST, family, reply.source(), natNumber(flow, Cta.NAT_DST));
    }
  }

  private static final int NO_NUMBER = -1;

  private static int natNumber(Flow flow, int type) {
    Transport transport = flow.reply().transport();
    if (transport instanceof Transport.Ports ports) {
      return type == Cta.NAT_SRC ? ports.destination() : ports.source();
    }
    return transport instanceof Transport.Icmp icmp ? icmp.id() : NO_NUMBER;
  }

  private static void writeNat(
      AttributeWriter out, int type, Family family, InetAddress address, int number) {
    int nat = out.begin(type);
    // Without a maximum the kernel takes the minimum for the only choice.
    out.bytes(family == Family.IPV4 ? Cta.NAT_V4_MIN : Cta.NAT_V6_MIN, address.getAddress());
    if (number != NO_NUMBER) {
      int protocol = out.begin(Cta.NAT_PROTO);
      out.u16(Cta.NAT_PORT_MIN, number).u16(Cta.NAT_PORT_MAX, number);
      out.end(protocol);
    }
    out.end(nat);
  }

  private static void writeCorrections(AttributeWriter out, Corrections corrections) {
    writeAdjustment(out, Cta.SEQ_ADJ_ORIG, corrections.original());
    writeAdjustment(out, Cta.SEQ_ADJ_REPLY, corrections.reply());
    Synproxy proxy = corrections.synproxy();
    if (!proxy.equals(Synproxy.NONE)) {
      int whole = out.begin(Cta.SYNPROXY);
      out.u32(Cta.SYNPROXY_ISN, proxy.initialSequence());
      out.u32(Cta.SYNPROXY_ITS, proxy.initialTimestamp());
      out.u32(Cta.SYNPROXY_TSOFF, proxy.timestampOffset());
      out.end(whole);
    }
  }

  private static void writeAdjustment(AttributeWriter out, int type, SequenceAdjustment change) {
    if (!change.equals(SequenceAdjustment.NONE)) {
      int whole = out.begin(type);
      out.u32(Cta.SEQ_ADJ_POSITION, change.position());
      out.u32(Cta.SEQ_ADJ_BEFORE, change.before());
      out.u32(Cta.SEQ_ADJ_AFTER, change.after());
      out.end(whole);
    }
  }
}
