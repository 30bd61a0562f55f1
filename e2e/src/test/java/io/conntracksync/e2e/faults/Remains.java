package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Entries that were in a target's table before a migration: a neighbour's, and those that the VM
 * left when it was there before. Some of the latter have a tuple in common with a connection that
 * the VM has now at the source, in every relation that there is. All live longer than any test.
 */
final class Remains {
  private static final List<String> TCP_STATES =
      List.of(
          "ESTABLISHED",
          "SYN_SENT",
          "SYN_RECV",
          "FIN_WAIT",
          "CLOSE_WAIT",
          "LAST_ACK",
          "TIME_WAIT",
          "CLOSE");

  private static final int OF_A_KIND = 8;
  private static final String LASTING = " -t 80000";
  private static final String CONFIRMED = " -u SEEN_REPLY,ASSURED";
  private static final String SERVICE = "10.96.0.1";

  private final DualStack vm;
  private final DualStack peer;

  Remains(DualStack vm, DualStack peer) {
    this.vm = vm;
    this.peer = peer;
  }

  /**
   * Translated flows are among them: the kernel takes such an entry only where a table could
   * translate.
   */
  static void prepare(Node node) {
    node.command(
            "nft",
            "add table ip services; "
                + "add chain ip services out { type nat hook postrouting priority 100; }; "
                + "add chain ip services in { type nat hook prerouting priority -100; }")
        .run();
  }

  /** What the VM has at the source beside its live connections. */
  void layAtSource(Node source) {
    load(
        source,
        Stream.of(
            each(port -> tcp(20000 + port, "ESTABLISHED")),
            each(port -> tcpSix(20000 + port, "ESTABLISHED")),
            each(port -> udp(21000 + port) + CONFIRMED),
            each(port -> tcp(22000 + port, "ESTABLISHED")),
            each(port -> service(23000 + port, vm.v4() + ":8080")),
            each(port -> ping(100 + port))));
  }

  /**
   * What is on the target before the VM comes.
   *
   * @param live ports of the peer from which the VM's live connections come
   */
  void layAtTarget(Node target, List<Integer> live) {
    load(
        target,
        Stream.of(
            // The same connections in whatever state, as they were when the VM left.
            each(port -> tcp(20000 + port, state(port)) + " -m 3"),
            each(port -> tcpSix(20000 + port, state(port))),
            live.stream().map(port -> echo(port, "CLOSE_WAIT") + " -m 9"),
            live.stream().map(port -> echoSix(port, "TIME_WAIT") + " -m 9"),
            // Of streams, half unanswered.
            each(port -> udp(21000 + port) + (port % 2 == 0 ? "" : CONFIRMED + " -m 4")),
            // Opened by the other end.
            each(port -> turned(22000 + port)),
            // Through a service: to another port of the VM, and to another VM.
            each(
                port ->
                    service(23000 + port, port % 2 == 0 ? vm.v4() + ":9090" : "10.30.0.101:8080")),
            each(port -> ping(100 + port) + " -m 5"),
            // Connections that ended long ago.
            each(port -> tcp(25000 + port, state(port))),
            each(port -> udp(26000 + port)),
            // Another zone's, with tuples of the first kind.
            each(port -> tcp(20000 + port, "ESTABLISHED") + " -w 9"),
            // A neighbour's.
            each(port -> neighbour(port, state(port)))));
  }

  /** So many connections of the VM, found again by {@link #clearBulk}. */
  void layBulk(Node source, int count) {
    load(
        source,
        Stream.of(
            IntStream.range(0, count)
                .mapToObj(
                    number ->
                        "-A -s 10.77.%d.%d -d %s -p udp --sport 53 --dport 53 -m 77"
                                .formatted(number / 200, 1 + number % 200, vm.v4())
                            + CONFIRMED
                            + LASTING)));
  }

  void clearBulk(Node source) {
    source.command("conntrack", "-D", "-m", "77").tryRun();
  }

  /** What a busy VM does in a moment: connections begin, change and end; some have remains. */
  void turnOver(Node source, int turn) {
    load(
        source,
        Stream.of(
            each(port -> tcp(25000 + port, state(port + turn))),
            each(port -> udp(27000 + (turn * OF_A_KIND + port) % 200) + CONFIRMED),
            Stream.of(
                "-U -s %s -d %s -p udp -m %d".formatted(peer.v4(), vm.v4(), 10 + turn % 50),
                "-D -s %s -d %s -p tcp --sport %d"
                    .formatted(peer.v4(), vm.v4(), 25000 + turn % OF_A_KIND),
                "-D -s %s -d %s -p udp --sport %d"
                    .formatted(peer.v4(), vm.v4(), 27000 + turn % 200))));
  }

  private static Stream<String> each(IntFunction<String> line) {
    return IntStream.range(0, OF_A_KIND).mapToObj(line);
  }

  private static String state(int number) {
    return TCP_STATES.get(number % TCP_STATES.size());
  }

  private String tcp(int port, String state) {
    return "-A -s %s -d %s -p tcp --sport %d --dport 80 --state %s"
            .formatted(peer.v4(), vm.v4(), port, state)
        + confirmed(state)
        + LASTING;
  }

  private String tcpSix(int port, String state) {
    return "-A -s %s -d %s -p tcp --sport %d --dport 80 --state %s"
            .formatted(peer.v6(), vm.v6(), port, state)
        + confirmed(state)
        + LASTING;
  }

  private String echo(int port, String state) {
    return "-A -s %s -d %s -p tcp --sport %d --dport 7 --state %s"
            .formatted(peer.v4(), vm.v4(), port, state)
        + confirmed(state)
        + LASTING;
  }

  private String echoSix(int port, String state) {
    return "-A -s %s -d %s -p tcp --sport %d --dport 7 --state %s"
            .formatted(peer.v6(), vm.v6(), port, state)
        + confirmed(state)
        + LASTING;
  }

  private String turned(int port) {
    return "-A -s %s -d %s -p tcp --sport 80 --dport %d --state FIN_WAIT"
            .formatted(vm.v4(), peer.v4(), port)
        + CONFIRMED
        + LASTING;
  }

  private String udp(int port) {
    return "-A -s %s -d %s -p udp --sport %d --dport 53".formatted(peer.v4(), vm.v4(), port)
        + LASTING;
  }

  private String service(int port, String behind) {
    return "-A -s %s -d %s -p tcp --sport %d --dport 80 --state ESTABLISHED --dst-nat %s"
            .formatted(peer.v4(), SERVICE, port, behind)
        + CONFIRMED
        + LASTING;
  }

  private String ping(int id) {
    return "-A -s %s -d %s -p icmp --icmp-type 8 --icmp-code 0 --icmp-id %d"
            .formatted(peer.v4(), vm.v4(), id)
        + LASTING;
  }

  private String neighbour(int port, String state) {
    return "-A -s %s -d 10.30.0.101 -p tcp --sport %d --dport 80 --state %s"
            .formatted(peer.v4(), 20000 + port, state)
        + confirmed(state)
        + LASTING;
  }

  private static String confirmed(String state) {
    return state.equals("SYN_SENT") ? "" : CONFIRMED;
  }

  private static void load(Node node, Stream<Stream<String>> kinds) {
    String lines = kinds.flatMap(kind -> kind).collect(Collectors.joining("\n", "", "\n"));
    node.command("conntrack", "-R", "-").reading(lines).run();
  }
}
