package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Family;
import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.Transport;
import io.conntracksync.e2e.traffic.Verdict;

/** A flow in words. */
final class FlowWords {
  private FlowWords() {}

  static boolean survived(Flow flow) {
    return flow.verdict() == Verdict.ALIVE;
  }

  /** The heading under which it is drawn. */
  static String group(Flow flow) {
    if (flow.transport() == Transport.UDP) {
      return "UDP, pushed to the VM";
    }
    if (!flow.service().isEmpty()) {
      return "TCP, opened by the VM to a service";
    }
    return flow.opener() == Opener.PEER ? "TCP, opened by the peer" : "TCP, opened by the VM";
  }

  /** The other end, as the VM's end knows it first. */
  static String peer(Flow flow) {
    return flow.service().isEmpty() ? flow.peer() : flow.service() + " → " + flow.peer();
  }

  static String label(Flow flow) {
    return family(flow) + " #" + flow.id();
  }

  static String family(Flow flow) {
    return flow.family() == Family.IPV4 ? "IPv4" : "IPv6";
  }

  /** Beside the row: a sign and a word, so that nothing hangs on the colour. */
  static String verdict(Flow flow) {
    return switch (flow.verdict()) {
      case ALIVE -> "✓ " + Figures.time(flow.longestGapMillis());
      case DEAD -> "✕ dead";
      case UNKNOWN -> "? unknown";
    };
  }

  static String verdictWord(Flow flow) {
    return switch (flow.verdict()) {
      case ALIVE -> "alive";
      case DEAD -> "dead";
      case UNKNOWN -> "unknown";
    };
  }

  static String sentence(Flow flow) {
    return group(flow)
        + " over "
        + family(flow)
        + ", "
        + peer(flow)
        + " and "
        + flow.vm()
        + ": "
        + verdictWord(flow)
        + ", longest gap "
        + Figures.time(flow.longestGapMillis())
        + (flow.note().isEmpty() ? "" : " (" + flow.note() + ")");
  }
}
