package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real connections through a router whose table is emptied under them: {@code vm 10.30.0.100 ──
 * router ── peer 192.0.2.9}. The firewall knows established flows and new ones with a SYN, nothing
 * in mid-stream; the NAT rules are gone when the entries come back, so only those can translate.
 */
class TrafficRootIT {
  private static final String VM = "10.30.0.100";

  private static final String FIREWALL =
      """
      table inet firewall {
        chain forward { type filter hook forward priority 0; policy drop;
          ct state established accept;
          ct state new tcp flags & (fin|syn|rst|ack) == syn accept;
          ct state new udp dport 53 accept;
        }
      }
      """;

  private static final String NO_TRANSLATION =
      """
      table inet translation
      delete table inet translation
      table inet translation {
        chain source { type nat hook postrouting priority 100; }
        chain destination { type nat hook prerouting priority -100; }
      }
      """;

  /** Answers every line, on TCP ports 80 and 81 (or UDP 53) of all addresses. */
  private static final String SERVER =
      """
      import socket, threading
      def serve(connection):
          while True:
              data = connection.recv(100)
              if not data: return
              connection.sendall(data)
      def tcp(port):
          listener = socket.create_server(("0.0.0.0", port))
          while True:
              threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
      threading.Thread(target=tcp, args=(80,), daemon=True).start()
      threading.Thread(target=tcp, args=(81,), daemon=True).start()
      udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      udp.bind(("0.0.0.0", 53))
      print("ready", flush=True)
      while True:
          data, sender = udp.recvfrom(100)
          udp.sendto(data, sender)
      """;

  /**
   * For each line "WAIT": sends it, waits that many seconds for the echo, says "ok" or "silent".
   */
  private static final String CLIENT =
      """
      import socket, sys
      kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
      connection = socket.socket(socket.AF_INET, kind)
      connection.settimeout(5)
      connection.connect((sys.argv[2], int(sys.argv[3])))
      number = 0
      for line in sys.stdin:
          number += 1
          mark = b"%06d" % number
          connection.settimeout(float(line))
          try:
              connection.send(mark)
              seen = b""
              while mark not in seen: seen += connection.recv(100)
              print("ok", flush=True)
          except TimeoutError:
              print("silent", flush=True)
      """;

  private TestNamespace vm;
  private TestNamespace router;
  private TestNamespace peer;
  private NetfilterTable table;
  private Process server;
  private Process client;

  @BeforeEach
  void network() throws IOException {
    vm = TestNamespace.bare("vm");
    router = TestNamespace.bare("router");
    peer = TestNamespace.bare("peer");
    link(vm, "10.30.0.100/24", "10.30.0.1/24", "10.30.0.1", "ctsnfv");
    link(peer, "192.0.2.9/24", "192.0.2.1/24", "192.0.2.1", "ctsnfp");
    router.exec("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.netfilter.nf_conntrack_tcp_loose=0");
    router.rules(FIREWALL);
    router.rules(NO_TRANSLATION);
    table = router.table();
  }

  private void link(TestNamespace host, String own, String gateway, String route, String device) {
    router.exec(
        "ip", "link", "add", device, "type", "veth", "peer", "name", "up0", "netns", host.name());
    router.exec("ip", "addr", "add", gateway, "dev", device);
    router.exec("ip", "link", "set", device, "up");
    host.exec("ip", "addr", "add", own, "dev", "up0");
    host.exec("ip", "link", "set", "up0", "up");
    host.exec("ip", "route", "add", "default", "via", route);
  }

  @AfterEach
  void clean() {
    for (Process process : new Process[] {client, server}) {
      if (process != null) {
        process.destroyForcibly();
      }
    }
    table.close();
    vm.close();
    peer.close();
    router.close();
  }

  @Test
  void aConnectionOfTheVmGoesOn() throws Exception {
    goesOnAfterImport("", vm, peer, "tcp", "192.0.2.9", 80);
  }

  @Test
  void aConnectionToTheVmGoesOn() throws Exception {
    goesOnAfterImport("", peer, vm, "tcp", VM, 80);
  }

  @Test
  void aConnectionBehindSourceNatGoesOn() throws Exception {
    goesOnAfterImport(
        "add rule inet translation source ip saddr 10.30.0.100 tcp dport 80 snat ip to"
            + " 192.0.2.1:6000",
        vm,
        peer,
        "tcp",
        "192.0.2.9",
        80);
  }

  @Test
  void aConnectionOfTheVmToAServiceGoesOn() throws Exception {
    goesOnAfterImport(
        "add rule inet translation destination ip daddr 10.96.0.1 tcp dport 80 dnat ip to"
            + " 192.0.2.9:81",
        vm,
        peer,
        "tcp",
        "10.96.0.1",
        80);
  }

  @Test
  void aConnectionToTheVmThroughAServiceGoesOn() throws Exception {
    goesOnAfterImport(
        "add rule inet translation destination ip daddr 10.96.0.1 tcp dport 80 dnat ip to"
            + " 10.30.0.100:81",
        peer,
        vm,
        "tcp",
        "10.96.0.1",
        80);
  }

  /** As a node does it for a service whose clients must not be seen by the VM. */
  @Test
  void aConnectionToTheVmThroughAServiceThatHidesItsClientsGoesOn() throws Exception {
    goesOnAfterImport(
        "add rule inet translation destination ip daddr 10.96.0.1 tcp dport 80 dnat ip to"
            + " 10.30.0.100:81\n"
            + "add rule inet translation source ip daddr 10.30.0.100 tcp dport 81 snat ip to"
            + " 10.30.0.1:7000",
        peer,
        vm,
        "tcp",
        "10.96.0.1",
        80);
  }

  @Test
  void datagramsBehindSourceNatGoOn() throws Exception {
    goesOnAfterImport(
        "add rule inet translation source ip saddr 10.30.0.100 udp dport 53 snat ip to"
            + " 192.0.2.1:6000",
        vm,
        peer,
        "udp",
        "192.0.2.9",
        53);
  }

  private void goesOnAfterImport(
      String rule, TestNamespace opener, TestNamespace answerer, String kind, String to, int port)
      throws Exception {
    if (!rule.isEmpty()) {
      router.rules(rule);
    }
    server = answerer.start("python3", "-c", SERVER);
    assertThat(server.inputReader().readLine()).isEqualTo("ready");
    client = opener.start("python3", "-c", CLIENT, kind, to, Integer.toString(port));
    assertThat(echo("5")).as("before").isEqualTo("ok");
    List<Entry> entries = snapshot(table, VM);
    assertThat(entries).hasSize(1);

    // The target: it has the chains, but neither the rules nor the entries.
    router.rules(NO_TRANSLATION);
    router.exec("conntrack", "-F");
    if (kind.equals("tcp")) {
      assertThat(echo("0.5")).as("without its entry").isEqualTo("silent");
    }
    Applied applied = table.apply(entries, ADMIT_ALL);

    assertThat(applied.created()).hasSize(1);
    assertThat(applied.refused()).isEmpty();
    assertThat(echo("10")).as("with its entry").isEqualTo("ok");
    assertThat(echo("10")).as("and on").isEqualTo("ok");
    assertThat(table.fill().entries()).as("no entry beside it").isEqualTo(1);
  }

  private String echo(String seconds) throws IOException {
    client.getOutputStream().write((seconds + "\n").getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
    return client.inputReader().readLine();
  }
}
