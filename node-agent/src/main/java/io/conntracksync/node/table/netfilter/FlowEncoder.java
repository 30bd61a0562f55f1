package io.conntracksync.node.table.netfilter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.nio.ByteBuffer;

/** Writes flows as entries, see {@link FlowLayout}. */
final class FlowEncoder {
  /** Longer than any encoding: two IPv6 tuples and every part. */
  private static final int ROOM = 256;

  private FlowEncoder() {}

  static Entry encode(Flow flow) {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    putEnds(out, flow.reply());
    out.putShort((short) flow.status()).putInt(flow.timeoutSeconds()).putInt(flow.mark());
    out.put((byte) FlowLayout.parts(flow));
    putParts(out, flow);
    return Entry.of(key(flow.id()), written(out));
  }

  static EntryKey key(FlowId id) {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    out.put((byte) id.family().number());
    out.putShort((short) id.zones().original()).putShort((short) id.zones().reply());
    putTuple(out, id.original());
    return EntryKey.of(written(out));
  }

  private static void putParts(ByteBuffer out, Flow flow) {
    int parts = FlowLayout.parts(flow);
    if (flow.state() instanceof ProtocolState.Tcp tcp) {
      out.put((byte) tcp.state());
      out.put((byte) tcp.original().scale()).put((byte) tcp.original().flags());
      out.put((byte) tcp.reply().scale()).put((byte) tcp.reply().flags());
    }
    if (flow.state() instanceof ProtocolState.Sctp sctp) {
      out.put((byte) sctp.state()).putInt(sctp.originalTag()).putInt(sctp.replyTag());
    }
    if ((parts & FlowLayout.LABELS) != 0) {
      out.putLong(flow.labels().first()).putLong(flow.labels().second());
    }
    if ((parts & FlowLayout.ORIGINAL_ADJUSTMENT) != 0) {
      putAdjustment(out, flow.corrections().original());
    }
    if ((parts & FlowLayout.REPLY_ADJUSTMENT) != 0) {
      putAdjustment(out, flow.corrections().reply());
    }
    if ((parts & FlowLayout.SYNPROXY) != 0) {
      Synproxy proxy = flow.corrections().synproxy();
      out.putInt(proxy.initialSequence()).putInt(proxy.initialTimestamp());
      out.putInt(proxy.timestampOffset());
    }
    flow.ties()
        .helper()
        .ifPresent(name -> out.put((byte) name.length()).put(name.getBytes(ISO_8859_1)));
    flow.ties().master().ifPresent(master -> putTuple(out, master));
  }

  private static void putAdjustment(ByteBuffer out, SequenceAdjustment adjustment) {
    out.putInt(adjustment.position()).putInt(adjustment.before()).putInt(adjustment.after());
  }

  private static void putTuple(ByteBuffer out, Tuple tuple) {
    out.put((byte) tuple.protocol());
    putEnds(out, tuple);
  }

  private static void putEnds(ByteBuffer out, Tuple tuple) {
    out.put(tuple.source().getAddress()).put(tuple.destination().getAddress());
    if (tuple.transport() instanceof Transport.Ports ports) {
      out.putShort((short) ports.source()).putShort((short) ports.destination());
    } else if (tuple.transport() instanceof Transport.Icmp icmp) {
      out.putShort((short) icmp.id()).put((byte) icmp.type()).put((byte) icmp.code());
    }
  }

  private static byte[] written(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }
}
