package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.conntracksync.node.cilium.CiliumAgentStandIn;
import io.conntracksync.node.linux.TestBpffs;
import io.conntracksync.node.table.TableFault;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault of a server that is not ours ends in its own reason, and none outlasts the patience;
 * the next call works again. The time is a guard against waiting for ever, far above the patience.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StandInFaultsRootIT {
  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir Path folder;

  private StandInNode node;
  private List<ApiRecord> records;

  @BeforeEach
  void startWithTwoEntries() throws Exception {
    node = new StandInNode(folder.resolve("cilium.sock"), "ktime");
    String in = Examples.OUT_RECORD.replace(Examples.OUT, Examples.IN);
    records =
        ApiRecord.readAll(HexFormat.of().parseHex((Examples.OUT_RECORD + in).replace(" ", "")));
    node.api().importAll(records);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "truncated, API_UNEVEN",
    "cut, API_TRUNCATED",
    "no-version, API_VERSION_MISSING",
    "unknown-version, API_VERSION_UNKNOWN",
    "status-400, API_REJECTED",
    "status-500, API_FAILED",
    "garbage, API_UNINTELLIGIBLE",
  })
  void aFaultyExportEndsInItsReason(String fault, TableFault reason) throws Exception {
    CiliumApiTable table = node.table();
    node.agent().has(fault);

    CiliumApiException thrown =
        failure(
            () -> {
              table.snapshot(Set.of(Examples.VM), chunk -> {});
              return table;
            });

    assertThat(thrown.fault()).isEqualTo(reason);
    node.agent().has("none");
    assertThat(node.api().export((Inet4Address) Examples.VM)).hasSize(records.size());
  }

  @ParameterizedTest
  @CsvSource({
    "cut, API_TRUNCATED",
    "status-400, API_REJECTED",
    "status-500, API_FAILED",
    "garbage, API_UNINTELLIGIBLE",
  })
  void aFaultyImportEndsInItsReason(String fault, TableFault reason) throws Exception {
    node.agent().has(fault);

    CiliumApiException thrown = failure(() -> imported(node.api()));

    assertThat(thrown.fault()).isEqualTo(reason);
    node.agent().has("none");
    node.api().importAll(records);
  }

  @Test
  void aHungAgentIsLeftAlone() throws Exception {
    CiliumApi api = new CiliumApi(node.socket(), SHORT);
    node.agent().has("hang");

    assertThat(failure(() -> api.export((Inet4Address) Examples.VM)).fault())
        .isEqualTo(TableFault.API_HUNG);
    assertThat(failure(() -> imported(api)).fault()).isEqualTo(TableFault.API_HUNG);
    assertThat(api.health().clock()).as("its health is another matter").isPresent();
  }

  /** An export answers 200 before it looks, and an import looks first. */
  @Test
  void anAgentWithoutMapsHasNothingAndTakesNothing() throws Exception {
    CiliumApiTable table = node.table();
    node.unpin();

    table.snapshot(
        Set.of(Examples.VM),
        chunk -> {
          throw new CiliumApiException(ApiFault.UNINTELLIGIBLE, "export", "entries of no map");
        });
    assertThat(failure(() -> imported(node.api())).fault()).isEqualTo(TableFault.API_FAILED);
  }

  @Test
  void stockCiliumIsToldFromAFault() {
    Path socket = folder.resolve("stock.sock");
    try (TestBpffs maps = TestBpffs.mounted();
        CiliumAgentStandIn stock = CiliumAgentStandIn.startStock(socket, maps.folder())) {
      CiliumApiException thrown = failure(() -> CiliumApiTable.open(stock.socket(), SHORT));

      assertThat(thrown.fault()).isEqualTo(TableFault.API_NOT_OFFERED);
      assertThat(thrown).hasMessageContaining("use the backend cilium-bpf");
    }
  }

  private Optional<Void> imported(CiliumApi api) throws Exception {
    api.importAll(records);
    return Optional.empty();
  }

  private static CiliumApiException failure(Callable<?> call) {
    return catchThrowableOfType(CiliumApiException.class, call::call);
  }
}
