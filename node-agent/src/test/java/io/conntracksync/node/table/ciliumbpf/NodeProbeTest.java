package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Jiffies;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Cilium a node has, told by its agent or by what that left behind. */
class NodeProbeTest {
  @TempDir private Path folder;
  private CiliumPaths paths;

  @BeforeEach
  void files() throws IOException {
    paths =
        new CiliumPaths(
            Files.createDirectory(folder.resolve("maps")),
            folder.resolve("agent.sock"),
            folder.resolve("runtime.json"),
            folder.resolve("schedstat"));
  }

  @Test
  void theAgentKnowsVersionAndClock() throws IOException {
    String health =
        """
        {"cilium":{"msg":"1.17.4 (v1.17.4-55aecc0f)  OK","state":"Ok"},
         "clock-source":{"hertz":250,"mode":"jiffies"},"kubernetes":{"state":"Ok"}}
        """;
    try (FakeCiliumAgent agent = FakeCiliumAgent.healthy(paths.socket(), health)) {
      assertThat(new NodeProbe(paths).find())
          .isEqualTo(new CiliumNode(Generation.V1_16, new Jiffies(250)));
      assertThat(agent.asked())
          .startsWith("GET /v1/healthz HTTP/1.0\r\n")
          .contains("brief: false\r\n");
    }
  }

  @Test
  void everyKnownVersionHasAGeneration() throws TableException {
    Map<String, Generation> known =
        Map.of(
            "1.15.0 (v1.15.0-1)", Generation.V1_15,
            "1.16.3 (v1.16.3-1)", Generation.V1_16,
            "1.17.0-rc.1 (v1.17)", Generation.V1_16,
            "1.18.9 (v1.18.9-1)", Generation.V1_18,
            "1.19.0 (v1.19.0-1)", Generation.V1_19,
            "1.20.2 (v1.20.2-4)", Generation.V1_19);
    for (Map.Entry<String, Generation> each : known.entrySet()) {
      assertThat(CiliumVersion.parse(each.getKey()).generation()).isEqualTo(each.getValue());
    }
  }

  @Test
  void anUnknownVersionIsRefused() {
    for (String version : new String[] {"1.14.9 (v1.14.9)", "1.21.0 (v1.21.0)", "2.16.0 (v2)"}) {
      assertThatThrownBy(() -> CiliumVersion.parse(version).generation())
          .isInstanceOfSatisfying(
              TableException.class,
              e -> assertThat(e.fault()).isEqualTo(TableFault.VERSION_UNKNOWN))
          .hasMessageContaining("known are 1.15 to 1.20");
    }
    assertThatThrownBy(() -> CiliumVersion.parse("devel"))
        .isInstanceOf(TableException.class)
        .hasMessage("Cilium says that its version is \"devel\"");
  }

  @Test
  void withoutAnAgentPinsAndItsFileTell() throws IOException {
    runtime("{\"ClockSource\":1,\"KernelHz\":1000,\"other\":{}}");
    pin("cilium_ct4_global");
    assertThat(found()).isEqualTo(new CiliumNode(Generation.V1_15, new Jiffies(1000)));

    runtime("{\"ClockSource\":0,\"KernelHz\":250}");
    pin("cilium_node_map_v2");
    assertThat(found()).isEqualTo(new CiliumNode(Generation.V1_16, new Ktime()));

    pin("cilium_ipcache_v2");
    pin("cilium_tunnel_map");
    assertThat(found()).isEqualTo(new CiliumNode(Generation.V1_18, new Ktime()));

    Files.delete(paths.maps().resolve("cilium_tunnel_map"));
    assertThat(found()).isEqualTo(new CiliumNode(Generation.V1_19, new Ktime()));
  }

  @Test
  void anAgentThatHasJustStartedHasNoVersionYet() throws IOException {
    pin("cilium_ct4_global");
    String health = "{\"cilium\":{\"state\":\"Warning\"},\"clock-source\":{\"mode\":\"ktime\"}}";
    try (FakeCiliumAgent agent = FakeCiliumAgent.healthy(paths.socket(), health)) {
      assertThat(found()).isEqualTo(new CiliumNode(Generation.V1_15, new Ktime()));
      assertThat(agent.asked()).isNotEmpty();
    }
  }

  @Test
  void aNodeWithoutCiliumSaysSo() {
    assertThatThrownBy(this::found)
        .isInstanceOf(TableException.class)
        .hasMessageEndingWith("cilium_ct4_global is not pinned: does Cilium run on this node?");
  }

  @Test
  void anUnknownClockIsRefused() throws IOException {
    pin("cilium_ct4_global");
    assertThatThrownBy(this::found)
        .isInstanceOfSatisfying(
            TableException.class, e -> assertThat(e.fault()).isEqualTo(TableFault.CLOCK_UNKNOWN))
        .hasMessageStartingWith("cannot tell in which clock Cilium counts");

    runtime("{}");
    assertThatThrownBy(this::found).hasMessageContaining("names no ClockSource");

    runtime("no json");
    assertThatThrownBy(this::found).hasMessageContaining("Cilium's agent says no JSON");

    runtime("{\"ClockSource\":1,\"KernelHz\":0}");
    assertThatThrownBy(this::found).hasMessageContaining("0 jiffies a second");
  }

  @Test
  void whatIsNoGoodAnswerIsNone() throws IOException {
    pin("cilium_ct4_global");
    runtime("{\"ClockSource\":0}");
    for (String answer : new String[] {"", "HTTP/1.1 500 oops\r\n\r\n{}", "nonsense"}) {
      try (FakeCiliumAgent agent = FakeCiliumAgent.at(paths.socket(), answer)) {
        assertThat(found().clock()).isEqualTo(new Ktime());
        assertThat(agent.asked()).isNotEmpty();
      }
      Files.delete(paths.socket());
    }
  }

  @Test
  void jiffiesAreReadWhereTheKernelTellsThem() throws IOException {
    Files.writeString(paths.scheduleStatistics(), "version 15\ntimestamp 4295892296\ncpu0 0 0\n");
    ProbedKnowledge knowledge = new ProbedKnowledge(paths);

    assertThat(knowledge.now(new Jiffies(250))).isEqualTo((int) (4_295_892_296L >> 8));

    Files.writeString(paths.scheduleStatistics(), "version 15\n");
    assertThatThrownBy(() -> knowledge.now(new Jiffies(250)))
        .isInstanceOf(TableException.class)
        .hasMessageEndingWith("has no line with a timestamp");
    Files.delete(paths.scheduleStatistics());
    assertThatThrownBy(() -> knowledge.now(new Jiffies(250)))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("set bpfClockProbe=false in Cilium");
  }

  @Test
  void secondsAreThoseSinceBoot() throws IOException {
    double uptime = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);

    // Both count from boot; sleep, which only the other has, does not happen to a test.
    assertThat((double) new ProbedKnowledge(paths).now(new Ktime()))
        .isBetween(uptime - 60, uptime + 60);
  }

  private CiliumNode found() throws TableException {
    return new NodeProbe(paths).find();
  }

  private void pin(String name) throws IOException {
    Files.createFile(paths.maps().resolve(name));
  }

  private void runtime(String json) throws IOException {
    Files.writeString(paths.runtimeConfiguration(), json);
  }
}
