package io.conntracksync.node.table.netfilter;

/** Types of conntrack's attributes. Source: linux/netfilter/nfnetlink_conntrack.h. */
final class Cta {
  static final int TUPLE_ORIG = 1;
  static final int TUPLE_REPLY = 2;
  static final int STATUS = 3;
  static final int PROTOINFO = 4;
  static final int HELP = 5;
  static final int NAT_SRC = 6;
  static final int TIMEOUT = 7;
  static final int MARK = 8;
  static final int ID = 12;
  static final int NAT_DST = 13;
  static final int TUPLE_MASTER = 14;
  static final int SEQ_ADJ_ORIG = 15;
  static final int SEQ_ADJ_REPLY = 16;
  static final int ZONE = 18;
  static final int LABELS = 22;
  static final int SYNPROXY = 24;
  static final int FILTER = 25;

  static final int TUPLE_IP = 1;
  static final int TUPLE_PROTO = 2;
  static final int TUPLE_ZONE = 3;

  static final int IP_V4_SRC = 1;
  static final int IP_V4_DST = 2;
  static final int IP_V6_SRC = 3;
  static final int IP_V6_DST = 4;

  static final int PROTO_NUM = 1;
  static final int PROTO_SRC_PORT = 2;
  static final int PROTO_DST_PORT = 3;
  static final int PROTO_ICMP_ID = 4;
  static final int PROTO_ICMP_TYPE = 5;
  static final int PROTO_ICMP_CODE = 6;
  static final int PROTO_ICMPV6_ID = 7;
  static final int PROTO_ICMPV6_TYPE = 8;
  static final int PROTO_ICMPV6_CODE = 9;

  static final int PROTOINFO_TCP = 1;
  static final int TCP_STATE = 1;
  static final int TCP_SCALE_ORIG = 2;
  static final int TCP_SCALE_REPLY = 3;
  static final int TCP_FLAGS_ORIG = 4;
  static final int TCP_FLAGS_REPLY = 5;

  static final int PROTOINFO_SCTP = 3;
  static final int SCTP_STATE = 1;
  static final int SCTP_VTAG_ORIG = 2;
  static final int SCTP_VTAG_REPLY = 3;

  static final int HELP_NAME = 1;

  static final int NAT_V4_MIN = 1;
  static final int NAT_PROTO = 3;
  static final int NAT_V6_MIN = 4;
  static final int NAT_PORT_MIN = 1;
  static final int NAT_PORT_MAX = 2;

  static final int SEQ_ADJ_POSITION = 1;
  static final int SEQ_ADJ_BEFORE = 2;
  static final int SEQ_ADJ_AFTER = 3;

  static final int SYNPROXY_ISN = 1;
  static final int SYNPROXY_ITS = 2;
  static final int SYNPROXY_TSOFF = 3;

  static final int FILTER_ORIG = 1;
  static final int FILTER_REPLY = 2;
  static final int FILTER_SOURCE = 1;
  static final int FILTER_DESTINATION = 2;

  static final int STATS_ENTRIES = 1;
  static final int STATS_MAX_ENTRIES = 2;

  private Cta() {}
}
