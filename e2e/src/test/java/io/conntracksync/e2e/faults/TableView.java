package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The entries of some addresses in a node's table, as conntrack-tools print them. */
record TableView(TreeSet<String> entries) {
  // "ipv4 2 tcp 6 431999 ESTABLISHED src=…": the fifth word runs down every second.
  private static final String TIMEOUT = "^(\\S+\\s+\\d+\\s+\\S+\\s+\\d+)\\s+\\d+\\s";

  /** Without their timeouts. */
  static TableView of(Node node, DualStack addresses) {
    TreeSet<String> entries = new TreeSet<>();
    Map.of("ipv4", addresses.v4(), "ipv6", addresses.v6())
        .forEach((family, address) -> lines(node, family, address).forEach(entries::add));
    return new TableView(entries);
  }

  private static Stream<String> lines(Node node, String family, String address) {
    return node.command("conntrack", "-L", "-f", family, "-o", "extended")
        .run()
        .lines()
        .filter(line -> line.contains("=" + address + " "))
        .map(line -> line.replaceFirst(TIMEOUT, "$1 "));
  }

  /** Empties the node's table, but for one entry of that address that nobody else knows. */
  static void startWithOneEntry(Node node, String address) {
    node.command("conntrack", "-F").run();
    addTcp(node, address, 40000);
  }

  /** Adds an established connection of a peer to that address. */
  static void addTcp(Node node, String address, int peerPort) {
    node.command(
            "conntrack",
            "-I",
            "--protonum=tcp",
            "--src=10.10.0.50",
            "--dst=" + address,
            "--sport=" + peerPort,
            "--dport=7",
            "--state=ESTABLISHED",
            "--status=ASSURED",
            "--timeout=600")
        .run();
  }
}
