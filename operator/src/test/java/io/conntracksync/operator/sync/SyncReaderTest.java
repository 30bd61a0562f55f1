package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncReaderTest {
  private static final String HEAD =
      """
      metadata: {namespace: ns, name: move, uid: s-1, creationTimestamp: "2026-01-01T00:00:00Z"}
      spec: {virtualMachineInstance: vm, sourceNode: n1, targetNode: n2, addresses: [10.0.0.1]}
      """;

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                                           | NONE
          source: {syncUid: s-1}                                                       | FLOWING
          source: {syncUid: s-0}                                                       | NONE
          target: {syncUid: s-1, port: 7}                                              | NONE
          target: {syncUid: s-1, entriesReceived: 0}                                   | NONE
          target: {syncUid: s-1, entriesReceived: 3}                                   | FLOWING
          target: {syncUid: s-0, entriesReceived: 3}                                   | NONE
          conditions: [{type: Imported, status: "True"}]                               | NONE
          {target: {syncUid: s-0}, conditions: [{type: Imported, status: "True"}]}     | NONE
          {target: {syncUid: s-1}, conditions: [{type: Imported, status: "True"}]}     | IMPORTED
          {target: {syncUid: s-1}, conditions: [{type: Imported, status: "False"}]}    | NONE
          {assignment: {address: a, port: 7}, target: {syncUid: s-1, port: 7}, conditions: [{type: Imported, status: "False", reason: PortInUse}]} | PORT_IN_USE
          {assignment: {address: a, port: 8}, target: {syncUid: s-1, port: 7}, conditions: [{type: Imported, status: "False", reason: PortInUse}]} | NONE
          {assignment: {address: a, port: 7}, target: {syncUid: s-0, port: 7}, conditions: [{type: Imported, status: "False", reason: PortInUse}]} | NONE
          """)
  void onlyWhatSpeaksOfThisSyncAndThisPortCounts(String status, Progress expected) {
    assertThat(read("status: " + (status.startsWith("{") ? status : "{" + status + "}")).progress())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status: {phase: SomethingNew, newField: 1, conditions: null}",
        "status: {assignment: {}, target: {cleanup: {}}}",
        "status: {target: {syncUid: s-1, cleanup: {outcome: New}}}"
      })
  void whatAnotherVersionWroteNeverThrows(String status) {
    assertThat(read(status).uid()).isEqualTo("s-1");
  }

  private static SyncView read(String status) {
    return SyncReader.read(ApiSerialization.create().unmarshal(HEAD + status, ConntrackSync.class));
  }
}
