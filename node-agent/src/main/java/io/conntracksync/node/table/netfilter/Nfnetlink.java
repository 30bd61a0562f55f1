package io.conntracksync.node.table.netfilter;

/**
 * Numbers of the framing. A message is {@code u32 length · u16 type · u16 flags · u32 sequence ·
 * u32 port}, then {@code u8 family · u8 version · u16 resource}, then attributes. Source:
 * linux/netlink.h, linux/netfilter/nfnetlink.h, linux/netfilter/nfnetlink_conntrack.h.
 */
final class Nfnetlink {
  /** {@code nlmsghdr}. */
  static final int HEADER = 16;

  static final int TYPE_AT = 4;
  static final int FLAGS_AT = 6;
  static final int SEQUENCE_AT = 8;

  /** {@code nfgenmsg}. */
  static final int GENERAL_HEADER = 4;

  static final int ALIGN = 4;

  static final int ERROR = 2;
  static final int DONE = 3;

  static final int CT_NEW = 0x100;
  static final int CT_GET = 0x101;
  static final int CT_DELETE = 0x102;
  static final int CT_GET_STATS = 0x105;

  static final int EXPECTATION_NEW = 0x200;
  static final int EXPECTATION_GET = 0x201;

  /** Chains of nftables: linux/netfilter/nf_tables.h. */
  static final int NFT_NEW_CHAIN = 0xa03;

  static final int NFT_GET_CHAIN = 0xa04;

  static final int REQUEST = 0x1;
  static final int ACK = 0x4;
  static final int DUMP = 0x300;
  static final int EXCL = 0x200;
  static final int CREATE = 0x400;

  /** Set in an answer: the table was reorganised meanwhile, entries may be missing or twice. */
  static final int DUMP_INTERRUPTED = 0x10;

  /** Groups 1, 2 and 3: an entry is new, changed, gone. */
  static final int CT_EVENTS = 0b111;

  /** Group 6: an expectation is gone. */
  static final int EXPECTATION_ENDS = 1 << 5;

  static final int VERSION_0 = 0;

  /** With it a DELETE respects the family even if the kernel should take it for a flush. */
  static final int VERSION_1 = 1;

  private Nfnetlink() {}
}
