package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.TableFormat;

/**
 * A {@link Flow} as the bytes of an {@link Entry}. Everything is big-endian and unsigned, nothing
 * is padded, and each flow has exactly one encoding.
 *
 * <pre>
 * key       family u8 (2 or 10) · zone u16 of the original and u16 of the reply direction
 *           · protocol u8 · ends
 * value     ends of the reply · status u16 · timeout u32 s · mark u32 · parts u8 · those parts
 * ends      source · destination (4 or 16 bytes each) · numbers
 * numbers   TCP, UDP, UDP-Lite, SCTP, GRE: source u16, destination u16
 *           ICMP, ICMPv6: identifier u16, type u8, code u8 · else nothing
 * parts     0x01 TCP: state u8, then scale u8 and flags u8 of the original and of the reply side
 *           0x02 SCTP: state u8, tags u32, u32 · 0x04 labels: 16 bytes
 *           0x08, 0x10 sequence adjustment of the original, the reply direction: u32, u32, u32
 *           0x20 SYN proxy: u32, u32, u32 · 0x40 helper: length u8, letters
 *           0x80 master: protocol u8 · ends
 * </pre>
 *
 * A part that would say nothing is left out. Any change of this is a new layout.
 */
final class FlowLayout {
  static final TableFormat FORMAT = new TableFormat("netfilter", "ctnetlink/1");

  static final int TCP = 0x01;
  static final int SCTP = 0x02;
  static final int LABELS = 0x04;
  static final int ORIGINAL_ADJUSTMENT = 0x08;
  static final int REPLY_ADJUSTMENT = 0x10;
  static final int SYNPROXY = 0x20;
  static final int HELPER = 0x40;
  static final int MASTER = 0x80;

  private FlowLayout() {}

  /** The bits of the parts that this flow has. */
  static int parts(Flow flow) {
    Corrections corrections = flow.corrections();
    return bit(TCP, flow.state() instanceof ProtocolState.Tcp)
        | bit(SCTP, flow.state() instanceof ProtocolState.Sctp)
        | bit(LABELS, !flow.labels().equals(Labels.NONE))
        | bit(ORIGINAL_ADJUSTMENT, !corrections.original().equals(SequenceAdjustment.NONE))
        | bit(REPLY_ADJUSTMENT, !corrections.reply().equals(SequenceAdjustment.NONE))
        | bit(SYNPROXY, !corrections.synproxy().equals(Synproxy.NONE))
        | bit(HELPER, flow.ties().helper().isPresent())
        | bit(MASTER, flow.ties().master().isPresent());
  }

  private static int bit(int part, boolean present) {
    return present ? part : 0;
  }
}
