package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the target stands when the source's agent has been taken over, or when somebody takes his
 * time at the port: each attack is refused and counted, costs it no memory, and the true source's
 * entries come in afterwards. The peaks of memory are left in {@code target/reports/attacks.json}.
 */
final class TakenOverSourceRootIT {
  private static final DualStack VM = new DualStack("10.30.0.81", "fd00:30::81");
  private static final String FOREIGN = "10.30.0.82";
  private static final int ENTRIES = 5;
  private static final int MILLION = 1_000_000;
  private static final int LIMIT = 100_000;

  /** The heap may grow to its limit, -Xmx160m, whatever for; not everything has used it before. */
  private static final int HEAP_MIB = 160;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<String, Long> PEAKS = new TreeMap<>();

  private static Stage stage;
  private static Node source;
  private static Node target;
  private static KubernetesClient admin;
  private static ForgedKey forged;
  private static String right;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    stage = Stage.set("taken-over-source");
    source = stage.cluster().bed().nodeA();
    target = stage.cluster().bed().nodeB();
    admin = stage.cluster().controlPlane().admin();
    forged = ForgedKey.make(folder);
    right = stage.conntrackNode(source).getStatus().certificateFingerprint();
    for (int entry = 0; entry < ENTRIES; entry++) {
      TableView.addTcp(source, VM.v4(), 41000 + entry);
    }
    Footprint quiet = footprint();
    create("quiet");
    assertImported("quiet");
    PEAKS.put("quiet", quiet.peak());
  }

  @AfterAll
  static void clear() throws IOException {
    stage.close();
    Path reports = Files.createDirectories(Path.of("target/reports"));
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(reports.resolve("attacks.json").toFile(), PEAKS);
  }

  @BeforeEach
  void mend() {
    stage.mend();
  }

  @AfterEach
  void removeSyncs() {
    SyncByHand.removeAll(stage.cluster());
    Awaitility.await("what they brought is gone")
        .atMost(PATIENCE)
        .until(() -> TableView.of(target, VM).entries().isEmpty());
  }

  /** What somebody does who has the source's key, and the port that it was given. */
  private interface Attack {
    void on(ConntrackSync sync, InetSocketAddress port) throws Exception;
  }

  /** The true source's entries come in afterwards, in the same sync. */
  private static void attack(String name, Attack attack) throws Exception {
    attackAlone(name, attack);
    assertImported(name);
  }

  private static void attackAlone(String name, Attack attack) throws Exception {
    long pid = stage.agentOf(target).pid();
    try (Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      create(name);
      InetSocketAddress port = stage.awaitListening(name, target);
      forged.publishAs(source.name(), admin);
      awaitLetIn(port);
      Footprint footprint = footprint();

      attack.on(stage.cluster().sync(name).orElseThrow(), port);

      PEAKS.put(name, footprint.peak());
      ForgedKey.publish(source.name(), right, admin);
      waits.thaw();
    }
    assertThat(stage.agentOf(target).pid()).as("the same process").isEqualTo(pid);
    assertThat(stage.agentOf(target).isAlive()).isTrue();
    assertThat(PEAKS.get(name))
        .as("MiB at most; %s", PEAKS)
        .isLessThan(PEAKS.get("quiet") + HEAP_MIB);
  }

  private static void awaitLetIn(InetSocketAddress port) {
    double before = faults("malformed");
    Awaitility.await("the target has heard of the key")
        .until(
            () -> {
              try (SSLSocket socket = forged.connect(port, "TLSv1.3")) {
                var unused = Garbage.emptyFrame().sendOn(socket);
              }
              return faults("malformed") > before;
            });
  }

  @Test
  void aMillionEntriesOfAnotherVmAreRefusedOneByOne() throws Exception {
    String series = "conntracksync_entries_refused_total{reason=\"ForeignAddress\"}";
    double before = stage.agentOf(target).metric(series);

    attack(
        "foreign-million",
        (sync, port) -> {
          try (ForgedSource taken = ForgedSource.greet(forged.connect(port, "TLSv1.3"), sync)) {
            for (int first = 0; first < MILLION; first += ForgedSource.CHUNK) {
              taken.sendEntries(FOREIGN, first);
            }
            assertThat(taken.isAcknowledged()).isTrue();
            Awaitility.await("each is counted")
                .until(() -> stage.agentOf(target).metric(series) - before == MILLION);
          }
          assertThat(target.command("conntrack", "-L", "-d", FOREIGN).run())
              .doesNotContain("dst=" + FOREIGN);
        });
  }

  /**
   * Its own VM's are what it may send: they use up the limit of this one sync, which nobody fills
   * twice. The next sync is none the worse.
   */
  @Test
  void ofAMillionEntriesOfItsOwnVmTheTargetTakesNoMoreThanItsLimit() throws Exception {
    double before = faults("too_many_entries");

    attackAlone(
        "own-million",
        (sync, port) -> {
          try (ForgedSource taken = sendAsManyAsAllowed(sync, port)) {
            taken.sendEntries(VM.v4(), LIMIT);

            assertThat(taken.isRefused()).as("more").isTrue();
          }
          assertThat(faults("too_many_entries")).isEqualTo(before + 1);
        });
    SyncByHand.removeAll(stage.cluster());

    create("after-own-million");
    assertImported("after-own-million");
  }

  /**
   * They are remembered, and put back if something flushes them; the next sync finds them there.
   */
  @Test
  void asManyEntriesAsAllowedMayStay() throws Exception {
    attackAlone("full-and-kept", (sync, port) -> sendAsManyAsAllowed(sync, port).close());
    conclude("full-and-kept", Phase.COMPLETED, CleanupOutcome.KEPT);
    long pid = stage.agentOf(target).pid();

    create("after-full");
    stage.awaitSync("after-full", "is imported", status -> status.phase() == Phase.IMPORTED);

    conclude("after-full", Phase.COMPLETED, CleanupOutcome.KEPT);
    assertThat(stage.agentOf(target).isAlive()).isTrue();
    assertThat(stage.agentOf(target).pid()).isEqualTo(pid);
    target.command("conntrack", "-D", "-s", VM.v4()).tryRun();
    target.command("conntrack", "-D", "-d", VM.v4()).tryRun();
  }

  /** Its journal is larger than its heap. */
  @Test
  void asManyEntriesAsAllowedAreUndoneByTheNextProcess() throws Exception {
    attackAlone("full-and-killed", (sync, port) -> sendAsManyAsAllowed(sync, port).close());
    stage.agentOf(target).kill();
    stage.mend();

    conclude("full-and-killed", Phase.CANCELLED, CleanupOutcome.REMOVED);

    assertThat(stage.agentOf(target).isAlive()).isTrue();
    assertThat(TableView.of(target, VM).entries()).isEmpty();
  }

  private static ForgedSource sendAsManyAsAllowed(ConntrackSync sync, InetSocketAddress port)
      throws Exception {
    ForgedSource taken = ForgedSource.greet(forged.connect(port, "TLSv1.3"), sync);
    for (int first = 0; first < LIMIT; first += ForgedSource.CHUNK) {
      taken.sendEntries(VM.v4(), first);
    }
    assertThat(taken.isAcknowledged()).as("as many as allowed").isTrue();
    return taken;
  }

  /** As the operator does, who is told of the end of a migration. */
  private static void conclude(String name, Phase end, CleanupOutcome outcome) {
    admin
        .resources(ConntrackSync.class)
        .inNamespace(Cluster.NAMESPACE)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"%s\"}}"
                .formatted(end == Phase.COMPLETED ? "Completed" : "Cancelled"));
    stage.awaitSync(
        name,
        "is dealt with",
        status ->
            status.target() != null
                && status.target().cleanup() != null
                && status.target().cleanup().outcome() == outcome);
  }

  @Test
  void aFrameOf4GiBIsRefusedBeforeItIsRead() throws Exception {
    double before = faults("oversize");

    attack(
        "huge-frame",
        (sync, port) -> {
          try (SSLSocket socket = forged.connect(port, "TLSv1.3")) {
            var unused = Garbage.hugeFrame().sendOn(socket);
          }
          Awaitility.await("it is counted").until(() -> faults("oversize") == before + 1);
        });
  }

  /** It says nothing, then its greeting and a frame that does not end. */
  @Test
  void whoTakesHisTimeAfterTheHandshakeIsSentAway() throws Exception {
    attack(
        "slow-source",
        (sync, port) -> {
          double silent = faults("hello_timeout");
          double slow = faults("read_timeout");
          try (SSLSocket nothing = forged.connect(port, "TLSv1.3");
              SSLSocket frame = forged.connect(port, "TLSv1.3")) {
            nothing.startHandshake();
            Awaitility.await("silence is counted").until(() -> faults("hello_timeout") > silent);
            frame.getOutputStream().write(ForgedSource.greeting(sync));
            frame.getOutputStream().write(Garbage.HEADER_OF_A_LONG_FRAME);
            try (Drip drip = new Drip(frame)) {
              drip.begin();
              Awaitility.await("slowness is counted")
                  .atMost(PATIENCE)
                  .until(() -> faults("read_timeout") > slow);
            }
          }
        });
  }

  /** Nobody needs a key for that; the source comes in meanwhile. */
  @Test
  void whoTakesHisTimeInTheHandshakeKeepsNobodyOut() throws Exception {
    double turnedAway = faults("too_many_handshakes");
    double late = faults("handshake_timeout");
    try (Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      create("slow-strangers");
      InetSocketAddress port = stage.awaitListening("slow-strangers", target);
      Footprint footprint = footprint();
      Socket[] strangers = new Socket[12];
      for (int i = 0; i < strangers.length; i++) {
        strangers[i] = new Socket(port.getAddress(), port.getPort());
        strangers[i].getOutputStream().write(Garbage.START_OF_A_TLS_HELLO);
      }
      try (Drip drip = new Drip(strangers)) {
        drip.begin();
        waits.thaw();

        assertImported("slow-strangers");

        assertThat(faults("too_many_handshakes")).isGreaterThan(turnedAway);
        Awaitility.await("those that were not turned away are late")
            .until(() -> faults("handshake_timeout") > late);
      }
      PEAKS.put("slow-strangers", footprint.peak());
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
    assertThat(PEAKS.get("slow-strangers")).isLessThan(PEAKS.get("quiet") + HEAP_MIB);
  }

  private static double faults(String fault) {
    return stage.transferFaults(target, fault);
  }

  private static Footprint footprint() {
    return Footprint.from(stage.agentOf(target).pid());
  }

  private static void assertImported(String name) {
    stage.awaitSync(name, "is imported", status -> status.phase() == Phase.IMPORTED);
    Awaitility.await("the target has the source's entries, and no others")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(TableView.of(target, VM)).isEqualTo(TableView.of(source, VM)));
  }

  private static void create(String name) {
    SyncByHand.create(stage.cluster(), name, "db", source, target, VM.v4());
  }
}
