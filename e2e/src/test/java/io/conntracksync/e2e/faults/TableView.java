package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Entries in a node's table, as conntrack-tools print them, without what changes by itself. */
record TableView(TreeSet<String> entries) {
  // "ipv4 2 tcp 6 431999 ESTABLISHED src=…": the fifth word runs down every second.
  private static final String TIMEOUT = "^(\\S+\\s+\\d+\\s+\\S+\\s+\\d+)\\s+\\d+\\s";

  // How many hold the entry just now, the one who lists it among them.
  private static final String USE = " use=\\d+";

  private static final DualStack LOOPBACK = new DualStack("127.0.0.1", "::1");

  /** What a node's bridges say to their neighbours: it runs out by itself. */
  private static final Pattern MULTICAST = Pattern.compile(" dst=(22[4-9]\\.|23\\d\\.|ff)");

  /** Those of these addresses. */
  static TableView of(Node node, DualStack addresses) {
    return matching(node, line -> mentions(line, addresses));
  }

  /**
   * All but those of these nodes' own connections, with each other and with themselves, which
   * agents and libvirt make and end, and with groups of neighbours.
   */
  static TableView ofWhole(Node node, List<DualStack> nodes) {
    return matching(
        node,
        line ->
            !mentions(line, LOOPBACK)
                && !MULTICAST.matcher(line).find()
                && nodes.stream().noneMatch(other -> mentions(line, other)));
  }

  /** Line by line: what is there and was not before, and what was and is not. */
  List<String> differenceFrom(TableView before) {
    return Stream.concat(
            entries.stream()
                .filter(line -> !before.entries.contains(line))
                .map(line -> "+ " + line),
            before.entries.stream()
                .filter(line -> !entries.contains(line))
                .map(line -> "- " + line))
        .toList();
  }

  private static TableView matching(Node node, Predicate<String> wanted) {
    TreeSet<String> entries =
        Stream.of("ipv4", "ipv6")
            .flatMap(family -> lines(node, family))
            .filter(wanted)
            .map(line -> line.replaceFirst(TIMEOUT, "$1 ").replaceFirst(USE, ""))
            .collect(Collectors.toCollection(TreeSet::new));
    return new TableView(entries);
  }

  private static Stream<String> lines(Node node, String family) {
    // Without its remark on how many there are, which it writes in the midst of a line.
    String words = "exec conntrack -L -f " + family + " -o extended 2>/dev/null";
    return node.command("sh", "-c", words).run().lines();
  }

  private static boolean mentions(String line, DualStack addresses) {
    return addresses.both().stream().anyMatch(address -> line.contains("=" + address + " "));
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
