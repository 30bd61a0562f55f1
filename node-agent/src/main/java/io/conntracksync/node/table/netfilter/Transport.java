package io.conntracksync.node.table.netfilter;

/** What tells flows of one protocol between the same two addresses apart. */
sealed interface Transport {
  /** The same as the answers show it. */
  Transport inverse();

  /** Ports 0..65535; GRE's keys are kept in the same place. */
  record Ports(int source, int destination) implements Transport {
    @Override
    public Transport inverse() {
      return new Ports(destination, source);
    }
  }

  /** ICMP or ICMPv6: identifier 0..65535, type and code 0..255. */
  record Icmp(int id, int type, int code) implements Transport {
    @Override
    public Transport inverse() {
      return new Icmp(id, answerTo(type), code);
    }

    /** Whether the kernel tracks such messages: it must know what the answer looks like. */
    boolean isAnswered(Family family) {
      return answerTo(type) != type && (type >= 128) == (family == Family.IPV6);
    }

    /**
     * The type of the answer: echo 8 and 0, timestamp 13 and 14, information 15 and 16, address
     * mask 17 and 18, ICMPv6 echo 128 and 129. Others have no answer and stay.
     */
    private static int answerTo(int type) {
      return switch (type) {
        case 8 -> 0;
        case 0 -> 8;
        case 13, 15, 17, 128 -> type + 1;
        case 14, 16, 18, 129 -> type - 1;
        default -> type;
      };
    }
  }

  /** Addresses and protocol are all there is, as with ESP. */
  record Nothing() implements Transport {
    @Override
    public Transport inverse() {
      return this;
    }
  }
}
