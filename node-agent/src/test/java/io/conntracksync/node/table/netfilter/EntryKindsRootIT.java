package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.RefusalReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of entry that a table holds: made by packets where that can be done within one
 * namespace, by conntrack-tools otherwise; carried to another namespace; and compared there, field
 * by field, as conntrack-tools tell both.
 */
class EntryKindsRootIT {
  private static final String VM = "10.30.0.100";
  private static final String VM6 = "fd00::100";

  /** Seconds pass between the two listings, and a rest of a second is rounded. */
  private static final int CLOCK_SECONDS = 2;

  /** Peers behind a cable on whose other end nobody listens: whoever is called does not answer. */
  private static final List<String> NETWORK =
      List.of(
          "address add 10.30.0.100/32 dev lo",
          "address add 10.30.0.9/32 dev lo",
          "address add fd00::100/128 dev lo nodad",
          "address add fd00::9/128 dev lo nodad",
          "link add nobody type veth peer name deaf",
          "link set deaf up",
          "link set nobody up",
          "route add 192.0.2.0/24 dev nobody",
          "route add fd01::/64 dev nobody");

  /** Every connection passes the helper's ear, as a firewall for FTP is written. */
  private static final String FTP =
      """
      table inet ftp {
        ct helper ear { type "ftp" protocol tcp; l3proto ip; }
        chain c { type filter hook output priority 0; tcp dport 21 ct helper set "ear"; }
      }
      """;

  private static final String PACKETS =
      """
      import socket, struct, sys
      STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
      def plug(kind, address, port=0):
          s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
          s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          s.bind((address, port))
          return s
      def pair(vm, peer, port=8000):
          server = plug(STREAM, peer, port); server.listen()
          client = plug(STREAM, vm); client.connect((peer, port))
          accepted = server.accept()[0]
          client.sendall(b"hello"); accepted.recv(9)
          accepted.sendall(b"hello"); client.recv(9)
          server.close()
          return client, accepted
      def datagrams(vm, peer, rounds):
          server = plug(DGRAM, peer, 8000)
          client = plug(DGRAM, vm); client.connect((peer, 8000))
          client.send(b"hello")
          sender = server.recvfrom(9)[1]
          for _ in range(rounds):
              server.sendto(b"hello", sender); client.recv(9); client.send(b"hello")
          return client, server
      def ping(vm, peer):
          six = ":" in vm
          s = socket.socket(
              socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, 58 if six else 1)
          s.bind((vm, 0))
          kind = 128 if six else 8
          check = 0 if six else ~((kind << 8) + 77 + 1) & 0xffff
          s.sendto(struct.pack("!BBHHH", kind, 0, check, 77, 1), (peer, 0))
          return s
      def syn(vm, peer):
          client = plug(STREAM, vm); client.setblocking(False); client.connect_ex((peer, 80))
          return client
      def half_closed(vm, peer):
          client, accepted = pair(vm, peer)
          client.shutdown(socket.SHUT_WR); accepted.recv(9)
          return client, accepted
      def both_closed(vm, peer):
          client, accepted = half_closed(vm, peer)
          accepted.close(); client.recv(9); client.close()
      def ftp(vm, peer):
          control, accepted = pair(vm, peer, 21)
          kept = [control, accepted]
          # The helper reads only what follows a whole line, and expects one connection at a time.
          accepted.sendall(b"220 ready\\r\\n"); control.recv(99)
          for port in (5000, 5001):
              accepted.sendall(b"227 Entering Passive Mode (%s,%d,%d)\\r\\n" % (
                  peer.replace(".", ",").encode(), port >> 8, port & 255))
              control.recv(99)
              if port == 5000: kept += pair(vm, peer, port)
          return kept
      kept = globals()[sys.argv[1]](*sys.argv[2:4], *map(int, sys.argv[4:]))
      print("ready", flush=True)
      input()
      """;

  private TestNamespace source;
  private TestNamespace target;
  private NetfilterTable from;
  private NetfilterTable to;

  @BeforeEach
  void twoNodes() throws IOException {
    source = TestNamespace.tracking("kinds-a");
    target = TestNamespace.tracking("kinds-b");
    from = source.table();
    to = target.table();
  }

  @AfterEach
  void clean() {
    from.close();
    to.close();
    source.close();
    target.close();
  }

  static Stream<Arguments> kinds() {
    String ends = "-s 10.30.0.100 -d 192.0.2.9 ";
    String tcp = ends + "-p tcp --sport 40000 --dport 443 -t 600 ";
    String udp = ends + "-p udp --sport 5000 --dport 53 -t 600 ";
    String tcp6 = "-s fd00::100 -d fd00::9 -p tcp --sport 40000 --dport 443 -t 600 ";
    return Stream.of(
        kind("TCP SYN_SENT", tcp + "--state SYN_SENT"),
        kind("TCP SYN_RECV", tcp + "--state SYN_RECV -u SEEN_REPLY"),
        kind("TCP ESTABLISHED", tcp + "--state ESTABLISHED -u SEEN_REPLY,ASSURED -m 7"),
        kind("TCP FIN_WAIT", tcp + "--state FIN_WAIT -u SEEN_REPLY,ASSURED"),
        kind("TCP CLOSE_WAIT", tcp + "--state CLOSE_WAIT -u SEEN_REPLY,ASSURED"),
        kind("TCP LAST_ACK", tcp + "--state LAST_ACK -u SEEN_REPLY,ASSURED"),
        kind("TCP TIME_WAIT", tcp + "--state TIME_WAIT -u SEEN_REPLY,ASSURED"),
        kind("TCP CLOSE", tcp + "--state CLOSE -u SEEN_REPLY"),
        kind("UDP", udp + "-u SEEN_REPLY"),
        kind("UDP not answered", udp),
        kind(
            "UDP opened by the peer",
            "-s 192.0.2.9 -d 10.30.0.100 -p udp --sport 5 --dport 53 -t 600"),
        kind("UDP-Lite", ends + "-p udplite --sport 5000 --dport 53 -t 600"),
        kind("ICMP echo", ends + "-p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77 -t 600"),
        kind("ICMP timestamp", ends + "-p icmp --icmp-type 13 --icmp-code 0 --icmp-id 7 -t 600"),
        kind(
            "SCTP",
            ends
                + "-p sctp --sport 5 --dport 6 -t 600 --state ESTABLISHED --orig-vtag 17"
                + " --reply-vtag 18"),
        kind(
            "SCTP COOKIE_WAIT",
            ends
                + "-p sctp --sport 5 --dport 6 -t 600 --state COOKIE_WAIT"
                + " --orig-vtag 0 --reply-vtag 0"),
        kind("GRE", ends + "-p gre --srckey 5 --dstkey 6 -t 600"),
        kind("ESP", ends + "-p 50 -t 600"),
        kind("unknown protocol", ends + "-p 253 -t 600"),
        kind("mark of all bits", udp + "-m 0xffffffff"),
        kind("zone", udp + "-w 9"),
        kind("largest zone", udp + "-w 65535"),
        kind("zone of one direction", udp + "--orig-zone 9"),
        kind("zone of replies", udp + "--reply-zone 9"),
        kind(
            "source NAT",
            tcp + "--state ESTABLISHED -u SEEN_REPLY,ASSURED --src-nat 203.0.113.5:6000"),
        kind("destination NAT", udp + "-u SEEN_REPLY --dst-nat 10.40.0.7:5353"),
        kind(
            "both NATs",
            tcp
                + "--state ESTABLISHED -u SEEN_REPLY,ASSURED --src-nat 203.0.113.5:6000"
                + " --dst-nat 10.40.0.7:8443"),
        kind(
            "source NAT in a zone",
            tcp + "--state ESTABLISHED -u SEEN_REPLY --src-nat 203.0.113.5:6000 -w 9"),
        kind(
            "ICMP source NAT",
            ends
                + "-p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77 -t 600 -u SEEN_REPLY"
                + " --src-nat 203.0.113.5"),
        kind("fixed timeout", udp + "-u FIXED_TIMEOUT"),
        kind("IPv6 TCP", tcp6 + "--state ESTABLISHED -u SEEN_REPLY,ASSURED"),
        kind("IPv6 TCP LAST_ACK in a zone", tcp6 + "--state LAST_ACK -u SEEN_REPLY -w 9"),
        kind(
            "IPv6 echo",
            "-s fd00::9 -d fd00::100 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0"
                + " --icmpv6-id 7 -t 600"),
        kind(
            "IPv6 source NAT",
            "-s fd00::100 -d fd00::9 -p udp --sport 5000 --dport 53 -t 600 -u SEEN_REPLY"
                + " --src-nat [fd00::5]:6000"),
        kind(
            "IPv6 destination NAT",
            "-s fd00::9 -d fd00:96::1 -p udp --sport 5000 --dport 53 -t 600 -u SEEN_REPLY"
                + " --dst-nat [fd00::100]:5353"));
  }

  private static Arguments kind(String name, String options) {
    return Arguments.of(name, options);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void anEntryArrivesAsItLeft(String name, String options) throws IOException {
    source.exec(("conntrack -I " + options).split(" "));

    carry(1);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("packets")
  void anEntryMadeByPacketsArrivesAsItLeft(String state, String arguments) throws Exception {
    NETWORK.forEach(line -> source.exec(("ip " + line).split(" ")));
    Process traffic = start(arguments);
    try {
      // An acknowledgement may come later than what it acknowledges.
      await(state)
          .atMost(Duration.ofSeconds(20))
          .until(() -> states(source).equals(List.of(state)));
      carry(1);
      assertThat(states(target)).containsExactly(state);
    } finally {
      traffic.destroyForcibly().waitFor();
    }
  }

  static Stream<Arguments> packets() {
    return Stream.of(
        Arguments.of("SYN_SENT", "syn 10.30.0.100 192.0.2.9"),
        Arguments.of("SYN_SENT", "syn fd00::100 fd01::9"),
        Arguments.of("ESTABLISHED", "pair 10.30.0.100 10.30.0.9"),
        Arguments.of("ESTABLISHED", "pair fd00::9 fd00::100"),
        Arguments.of("CLOSE_WAIT", "half_closed 10.30.0.100 10.30.0.9"),
        Arguments.of("CLOSE_WAIT", "half_closed fd00::9 fd00::100"),
        Arguments.of("TIME_WAIT", "both_closed 10.30.0.9 10.30.0.100"),
        Arguments.of("-", "datagrams 10.30.0.100 10.30.0.9 0"),
        Arguments.of("-", "datagrams 10.30.0.9 10.30.0.100 1"),
        Arguments.of("-", "datagrams fd00::100 fd00::9 9"),
        Arguments.of("-", "ping 10.30.0.100 10.30.0.9"),
        Arguments.of("-", "ping fd00::9 fd00::100"));
  }

  /** The flow that is expected but has not begun stays behind, and is counted. */
  @Test
  void anFtpConnectionArrivesWithItsHelperAndTheTransferThatItAnnounced() throws Exception {
    NETWORK.forEach(line -> source.exec(("ip " + line).split(" ")));
    source.rules(FTP);
    Process traffic = start("ftp 10.30.0.100 10.30.0.9");
    try {
      Map<RefusalReason, Integer> passedOver = new EnumMap<>(RefusalReason.class);
      from.snapshot(
          Set.of(Flows.address(VM)),
          new EntrySink() {
            @Override
            public void accept(List<Entry> chunk) {}

            @Override
            public void passedOver(RefusalReason reason, int count) {
              passedOver.put(reason, count);
            }
          });
      assertThat(passedOver).isEqualTo(Map.of(RefusalReason.EXPECTATION, 1));

      carry(2);
      assertThat(XmlListing.of(target))
          .filteredOn(told -> "21".equals(told.fields().get("original/layer4/dport")))
          .singleElement()
          .satisfies(told -> assertThat(told.fields()).containsEntry("helper", "ftp"));
      Flow control =
          TableSteps.flows(to, VM).stream()
              .filter(flow -> flow.ties().helper().isPresent())
              .findFirst()
              .orElseThrow();
      assertThat(TableSteps.flows(to, VM))
          .extracting(flow -> flow.ties().master())
          .containsExactly(Optional.empty(), Optional.of(control.id().original()));
    } finally {
      traffic.destroyForcibly().waitFor();
    }
  }

  @Test
  void expectationsOfOthersAreNotCounted() throws Exception {
    NETWORK.forEach(line -> source.exec(("ip " + line).split(" ")));
    source.exec("ip", "address", "add", "10.30.0.8/32", "dev", "lo");
    source.rules(FTP);
    Process traffic = start("ftp 10.30.0.8 10.30.0.9");
    try {
      assertThat(source.exec("conntrack", "-L", "expect")).contains("10.30.0.8");
      from.snapshot(
          Set.of(Flows.address(VM)),
          new EntrySink() {
            @Override
            public void accept(List<Entry> chunk) {}

            @Override
            public void passedOver(RefusalReason reason, int count) {
              throw new AssertionError(reason + " " + count);
            }
          });
    } finally {
      traffic.destroyForcibly().waitFor();
    }
  }

  @Test
  void connectionsThatAreOverAreNotCarried() throws IOException {
    for (String state : List.of("TIME_WAIT", "CLOSE")) {
      source.exec(
          ("conntrack -I -s 10.30.0.100 -d 192.0.2.9 -p tcp --sport 1 --dport 443 -t 1 --state "
                  + state)
              .split(" "));

      assertThat(snapshot(from, VM)).as(state).isEmpty();
      source.exec("conntrack", "-F");
    }
  }

  /** All entries of the source's table, which are so many and all the VM's. */
  private void carry(int count) throws IOException {
    List<Entry> entries = snapshot(from, VM, VM6);
    Applied applied = to.apply(entries, ADMIT_ALL);
    List<XmlListing.Told> left = XmlListing.of(source);
    List<XmlListing.Told> arrived = XmlListing.of(target);

    assertThat(entries).hasSize(count);
    assertThat(applied.refused()).isEmpty();
    assertThat(applied.created()).hasSize(count);
    assertThat(arrived).extracting(XmlListing.Told::fields).isEqualTo(fields(left)).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(arrived.get(i).timeoutSeconds())
          .as("seconds left of %s", arrived.get(i).fields())
          .isCloseTo(left.get(i).timeoutSeconds(), within(CLOCK_SECONDS));
    }
  }

  private static List<Map<String, String>> fields(List<XmlListing.Told> told) {
    return told.stream().map(XmlListing.Told::fields).toList();
  }

  private static List<String> states(TestNamespace namespace) {
    return XmlListing.of(namespace).stream()
        .map(told -> told.fields().getOrDefault("independent/state", "-"))
        .toList();
  }

  private Process start(String arguments) throws IOException {
    String[] words = ("python3 -c X " + arguments).split(" ");
    words[2] = PACKETS;
    Process traffic = source.start(words);
    byte[] said = new byte["ready".length()];
    assertThat(traffic.getInputStream().readNBytes(said, 0, said.length)).isEqualTo(said.length);
    assertThat(new String(said, StandardCharsets.US_ASCII)).isEqualTo("ready");
    return traffic;
  }
}
