package io.conntracksync.e2e.bed;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packets that a node's firewall has seen, of both IP versions.
 *
 * @param established let through because their connection was known
 * @param opened let through because they open a connection
 * @param dropped all others
 * @param droppedTcp of the dropped those of TCP
 * @param droppedUdp of the dropped those of UDP
 */
public record FirewallCounters(
    long established, long opened, long dropped, long droppedTcp, long droppedUdp) {

  private static final Pattern COUNTER =
      Pattern.compile("counter ([a-z-]+) \\{\\s*packets (\\d+) bytes \\d+");

  /** From what {@code nft list counters} prints; throws when one of ours is not there. */
  static FirewallCounters parse(String listing) {
    Map<String, Long> packets = new HashMap<>();
    Matcher matcher = COUNTER.matcher(listing);
    while (matcher.find()) {
      packets.put(matcher.group(1), Long.valueOf(matcher.group(2)));
    }
    return new FirewallCounters(
        required(packets, "est"),
        required(packets, "new"),
        required(packets, "dropped"),
        required(packets, "dropped-tcp"),
        required(packets, "dropped-udp"));
  }

  private static long required(Map<String, Long> packets, String name) {
    Long value = packets.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "the firewall has no counter " + name + ", only " + packets.keySet());
    }
    return value;
  }

  /** What came on top of an earlier reading. */
  public FirewallCounters since(FirewallCounters earlier) {
    return new FirewallCounters(
        established - earlier.established,
        opened - earlier.opened,
        dropped - earlier.dropped,
        droppedTcp - earlier.droppedTcp,
        droppedUdp - earlier.droppedUdp);
  }
}
