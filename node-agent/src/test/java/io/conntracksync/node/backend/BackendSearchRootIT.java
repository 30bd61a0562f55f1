package io.conntracksync.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.BpfMapInfo;
import io.conntracksync.node.linux.TestBpffs;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent.Fault;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look at maps in the kernel. */
class BackendSearchRootIT {
  @TempDir Path folder;
  private final TestBpffs bpffs = TestBpffs.mounted();

  @AfterEach
  void end() {
    bpffs.close();
  }

  @Test
  void mapsThatArePinnedAreTakenWithoutAnAgent() throws Exception {
    pin(56);
    Files.writeString(folder.resolve("runtime.json"), "{\"ClockSource\":0,\"KernelHz\":250}");

    assertTaken(look(BackendSetting.AUTO));
    assertTaken(look(BackendSetting.CILIUM_BPF));
  }

  /** The agent is away and nobody knows its clock: its node is not netfilter's. */
  @Test
  void mapsWithoutAClockAreWaitedFor() throws Exception {
    pin(56);

    assertThat(look(BackendSetting.AUTO))
        .isInstanceOfSatisfying(
            Found.NotYet.class,
            missing -> assertThat(missing.why()).contains("cannot tell in which clock"));
  }

  @Test
  void mapsOfAnUnknownLayoutAreRefused() {
    pin(64);

    assertThatThrownBy(
            () -> {
              Files.writeString(folder.resolve("runtime.json"), "{\"ClockSource\":0}");
              look(BackendSetting.AUTO);
            })
        .isInstanceOf(TableException.class)
        .hasMessageContaining("values of 64 bytes");
  }

  @Test
  void theApiGoesBeforeTheMapsAndTheyBeforeStockCiliumsSilence() throws Exception {
    pin(56);
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(folder.resolve("cilium.sock"))) {
      assertThat(((Found.Opened) look(BackendSetting.AUTO)).backend().table().format().backend())
          .isEqualTo("cilium-api");

      agent.has(Fault.HAS_NO_SUCH_CALL);
      assertTaken(look(BackendSetting.AUTO));

      agent.has(Fault.FAILS);
      assertThat(look(BackendSetting.AUTO))
          .isInstanceOfSatisfying(
              Found.NotYet.class, missing -> assertThat(missing.why()).contains("status 500"));
    }
  }

  @Test
  void aNodeWithoutATraceOfCiliumIsNetfilters() throws Exception {
    Found found = look(BackendSetting.AUTO);

    assertThat(((Found.Opened) found).backend().table().format().backend()).isEqualTo("netfilter");
    ((Found.Opened) found).backend().close();
  }

  private static void assertTaken(Found found) {
    assertThat(found)
        .isInstanceOfSatisfying(
            Found.Opened.class,
            opened ->
                assertThat(opened.backend().table().format())
                    .isEqualTo(new TableFormat("cilium-bpf", "ct/1")));
  }

  private void pin(int value) {
    bpffs.create("cilium_ct4_global", BpfMapInfo.LRU_HASH, 14, value, 100).close();
  }

  private Found look(BackendSetting setting) throws TableException {
    return new BackendSearch(
            setting,
            new CiliumPaths(
                bpffs.folder(),
                folder.resolve("cilium.sock"),
                folder.resolve("runtime.json"),
                Path.of("/proc/schedstat")))
        .look();
  }
}
