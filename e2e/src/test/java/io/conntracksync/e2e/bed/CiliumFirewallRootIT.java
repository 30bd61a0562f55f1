package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer, a node that forwards, a guest behind it; each in a network namespace of its own. */
class CiliumFirewallRootIT {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Namespace PEER = new Namespace("cts-fw-peer");
  private static final Namespace NODE = new Namespace("cts-fw-node");
  private static final Namespace GUEST = new Namespace("cts-fw-guest");
  private static final Path PROGRAM = Path.of("target", "datapath", "firewall.o");
  private static final String TCP4 = "cilium_ct4_global";
  private static final String UDP4 = "cilium_ct_any4_global";
  private static final int LIFETIME = 32;
  private static final Pattern ENTRY =
      Pattern.compile("key:\\s+((?:[0-9a-f]{2}\\s+)+)value:\\s+((?:[0-9a-f]{2}\\s+){56})");

  private static final String TO_SERVICE = "04";
  private static final String OUT = "00";

  private static final List<LocalService> SERVICES =
      List.of(
          new LocalService("10.96.0.10", 80, "10.1.0.2", 8080, 5, 0x25),
          new LocalService("fd00:96::10", 80, "fd01::2", 8080, 6, 0x26),
          // Nobody is there.
          new LocalService("10.96.0.20", 80, "10.1.0.9", 8080, 9, 0x34));

  @TempDir Path folder;

  private final List<Daemon> daemons = new ArrayList<>();
  private List<String> mounts = List.of();
  private CiliumFirewall firewall;

  /** As bpftool prints it and takes it, a word a byte. */
  private record Entry(List<String> key, List<String> value) {
    /** {@link #OUT} or {@link #TO_SERVICE}, for instance. */
    String kind() {
      return key.get(key.size() - 1);
    }

    String service() {
      return value.get(38) + value.get(39);
    }

    Entry ofService(String id) {
      List<String> changed = new ArrayList<>(value);
      changed.set(39, id);
      return new Entry(key, changed);
    }

    String backend() {
      return value.get(8);
    }

    Entry withBackend(String id) {
      List<String> changed = new ArrayList<>(value);
      changed.set(8, id);
      return new Entry(key, changed);
    }

    /** It was good until that second of the machine's life. */
    Entry goodUntil(int second) {
      List<String> changed = new ArrayList<>(value);
      changed.set(LIFETIME, Integer.toHexString(second));
      changed.set(LIFETIME + 1, "00");
      changed.set(LIFETIME + 2, "00");
      changed.set(LIFETIME + 3, "00");
      return new Entry(key, changed);
    }
  }

  @BeforeEach
  void up() {
    down();
    for (Namespace namespace : List.of(PEER, GUEST)) {
      var unused = Namespace.create(namespace.name());
    }
    var unusedRouter = Namespace.createRouter(NODE.name());
    link(PEER, "up0", "10.1.0.", "fd01::");
    link(GUEST, "vm0", "10.2.0.", "fd02::");
    Daemon holder = start("unshare", "--mount", "--propagation", "private", "sleep", "infinity");
    await("a mount namespace of the node's own")
        .atMost(LONG)
        .until(() -> nameOf(holder).equals("sleep"));
    mounts = List.of("nsenter", "-t", Long.toString(holder.pid()), "--mount", "--");
    firewall = CiliumFirewall.install(this::onNode, "vm0", PROGRAM, SERVICES);
    echo(GUEST, "7");
    echo(PEER, "8080");
  }

  private void echo(Namespace host, String port) {
    var unused =
        start(
            host.enter("busybox", "nc", "-ll", "-p", port, "-e", "busybox", "cat")
                .toArray(String[]::new));
    await("the echo service listens on port " + port)
        .atMost(LONG)
        .until(
            () ->
                Command.of(host.enter("ss", "-Hltn", "sport = " + port))
                    .run()
                    .contains(":" + port));
  }

  @AfterEach
  void end() {
    daemons.forEach(Daemon::close);
    down();
  }

  @ParameterizedTest
  @CsvSource({"10.2.0.2, cilium_ct4_global, 14", "fd02::2, cilium_ct6_global, 38"})
  void aConnectionDiesWithItsEntryAndLivesWithIt(String guest, String map, int keyLength) {
    try (EchoConnection connection = connect(guest)) {
      Entry entry = onlyEntry(map);
      assertThat(entry.key()).hasSize(keyLength);
      FirewallCounters before = firewall.counters();

      delete(map, entry);
      connection.send();

      awaitDrop(before);
      assertThat(connection.echoed()).isEqualTo(1);
      assertThat(entries(map)).isEmpty();

      put(map, entry);
      connection.awaitEchoes();
    }
  }

  @Test
  void anEntryWhoseTimeIsOverIsNone() {
    try (EchoConnection connection = connect("10.2.0.2")) {
      Entry entry = onlyEntry(TCP4);
      FirewallCounters before = firewall.counters();

      put(TCP4, entry.goodUntil(1));
      connection.send();

      awaitDrop(before);
      assertThat(connection.echoed()).isEqualTo(1);
      assertThat(entries(TCP4)).isEmpty();
    }
  }

  @Test
  void streamsAreOpenedByTheGuestAlone() {
    sendOne(PEER, "10.2.0.2");
    FirewallCounters fromPeer = firewall.counters();
    sendOne(GUEST, "10.1.0.2");
    FirewallCounters fromGuest = firewall.counters().since(fromPeer);

    assertThat(fromPeer.droppedUdp()).isPositive();
    assertThat(fromPeer.opened()).isZero();
    assertThat(fromGuest.opened()).isEqualTo(1);
    assertThat(fromGuest.droppedUdp()).isZero();
    // Of a flow that the guest opened, daddr is the guest's.
    assertThat(onlyEntry(UDP4).key()).startsWith("0a", "02", "00", "02", "0a", "01", "00", "02");
  }

  @Test
  void afterAResetNothingIsKnown() {
    try (EchoConnection connection = connect("10.2.0.2")) {
      var unusedEntry = onlyEntry(TCP4);

      firewall.reset();
      connection.send();

      awaitDrop(new FirewallCounters(0, 0, 0, 0, 0));
      assertThat(firewall.counters().established()).isZero();
      assertThat(entries(TCP4)).isEmpty();
    }
  }

  /** The guest takes no reply but from the address that it connected to. */
  @ParameterizedTest
  @CsvSource({
    "10.96.0.10, cilium_ct4_global, 0005, 25",
    "fd00:96::10, cilium_ct6_global, 0006, 26"
  })
  void aServiceAnswersUnderItsOwnAddress(String service, String map, String id, String backend) {
    try (EchoConnection connection = connectTo(service)) {
      assertThat(connection.echoed()).isEqualTo(1);

      assertThat(entries(map)).extracting(Entry::kind).containsExactlyInAnyOrder(OUT, TO_SERVICE);
      assertThat(entries(map)).extracting(Entry::service).containsOnly(id);
      assertThat(entry(map, TO_SERVICE).backend()).isEqualTo(backend);
    }
  }

  /** As when an entry was taken from another node as it is. */
  @ParameterizedTest
  @ValueSource(strings = {OUT, TO_SERVICE})
  void anotherServicesIdEndsTheConnection(String kind) {
    try (EchoConnection connection = connectTo("10.96.0.10")) {
      Entry entry = entry(TCP4, kind);

      itEndsWith(entry.ofService("09"), connection);

      put(TCP4, entry);
      connection.awaitEchoes();
    }
  }

  @Test
  void anotherServicesBackendEndsTheConnection() {
    try (EchoConnection connection = connectTo("10.96.0.10")) {
      Entry entry = entry(TCP4, TO_SERVICE);

      itEndsWith(entry.withBackend("34"), connection);

      put(TCP4, entry);
      connection.awaitEchoes();
    }
  }

  @Test
  void aBackendThatIsNotThereIsChosenAnew() {
    try (EchoConnection connection = connectTo("10.96.0.10")) {
      put(TCP4, entry(TCP4, TO_SERVICE).withBackend("63"));

      connection.send();
      connection.awaitEchoes();

      assertThat(entry(TCP4, TO_SERVICE).backend()).isEqualTo("25");
    }
  }

  @Test
  void aReplyWhoseServiceIsNotKnownIsOfNoConnection() {
    try (EchoConnection connection = connectTo("10.96.0.10")) {
      FirewallCounters before = firewall.counters();
      var unused = bpftool("delete", "cilium_lb4_reverse_nat", "key", "hex", "00", "05");

      connection.send();

      // The guest has none with the backend itself and says so with a reset.
      awaitDrop(before);
      assertThat(connection.echoed()).isEqualTo(1);
    }
  }

  private void itEndsWith(Entry changed, EchoConnection connection) {
    FirewallCounters before = firewall.counters();
    put(TCP4, changed);

    connection.send();

    awaitDrop(before);
    assertThat(connection.echoed()).isEqualTo(1);
  }

  private static EchoConnection connectTo(String service) {
    return EchoConnection.open(GUEST.enter("busybox", "nc", service, "80"));
  }

  private Entry entry(String map, String kind) {
    return entries(map).stream().filter(each -> each.kind().equals(kind)).findFirst().orElseThrow();
  }

  private EchoConnection connect(String guest) {
    return EchoConnection.open(PEER.enter("busybox", "nc", guest, "7"));
  }

  private static void sendOne(Namespace from, String address) {
    var unused = Command.of(from.enter("bash", "-c", "echo x > /dev/udp/" + address + "/9")).run();
  }

  private void awaitDrop(FirewallCounters before) {
    await("the firewall drops")
        .atMost(LONG)
        .until(() -> firewall.counters().since(before).droppedTcp() > 0);
  }

  private Entry onlyEntry(String map) {
    List<Entry> found = entries(map);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private List<Entry> entries(String map) {
    Matcher matcher = ENTRY.matcher(bpftool("dump", map));
    List<Entry> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(new Entry(bytes(matcher.group(1)), bytes(matcher.group(2))));
    }
    return found;
  }

  private void delete(String map, Entry entry) {
    List<String> words = new ArrayList<>(List.of("key", "hex"));
    words.addAll(entry.key());
    var unused = bpftool("delete", map, words.toArray(String[]::new));
  }

  private void put(String map, Entry entry) {
    List<String> words = new ArrayList<>(List.of("key", "hex"));
    words.addAll(entry.key());
    words.addAll(List.of("value", "hex"));
    words.addAll(entry.value());
    var unused = bpftool("update", map, words.toArray(String[]::new));
  }

  private String bpftool(String verb, String map, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("bpftool", "map", verb, "pinned", CiliumFirewall.MAPS.resolve(map).toString()));
    words.addAll(Arrays.asList(more));
    return Command.of(onNode(words)).run();
  }

  private static List<String> bytes(String printed) {
    return List.of(printed.strip().split("\\s+"));
  }

  /** First the mounts: ip netns would mount a /sys of its own over them. */
  private List<String> onNode(List<String> words) {
    List<String> all = new ArrayList<>(mounts);
    all.addAll(List.of("nsenter", "--net=/run/netns/" + NODE.name(), "--"));
    all.addAll(words);
    return all;
  }

  private static void link(Namespace host, String nodeSide, String net4, String net6) {
    NODE.ip("link", "add", nodeSide, "type", "veth", "peer", "name", "up0", "netns", host.name());
    NODE.ip("link", "set", nodeSide, "up");
    NODE.ip("addr", "add", net4 + "1/24", "dev", nodeSide);
    NODE.ip("addr", "add", net6 + "1/64", "dev", nodeSide);
    host.ip("link", "set", "up0", "up");
    host.ip("addr", "add", net4 + "2/24", "dev", "up0");
    host.ip("addr", "add", net6 + "2/64", "dev", "up0");
    host.ip("route", "add", "default", "via", net4 + "1");
    host.ip("-6", "route", "add", "default", "via", net6 + "1");
  }

  private Daemon start(String... words) {
    Daemon daemon =
        Daemon.start(words[0], folder.resolve(daemons.size() + ".log"), Map.of(), List.of(words));
    daemons.add(daemon);
    return daemon;
  }

  private static String nameOf(Daemon daemon) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(daemon.pid()), "comm")).strip();
  }

  /** Also what a killed run left behind. */
  private static void down() {
    for (Namespace namespace : Namespace.existing("cts-fw-")) {
      for (long pid : namespace.processes()) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      namespace.delete();
    }
  }
}
