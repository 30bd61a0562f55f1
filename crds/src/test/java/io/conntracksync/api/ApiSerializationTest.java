package io.conntracksync.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others write, a newer version of ourselves among them, never stops a reader. */
class ApiSerializationTest {
  private final KubernetesSerialization serialization = ApiSerialization.create();

  @Test
  void fieldsOfANewerVersionAreDropped() {
    ConntrackSync sync =
        read(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackSync", "colour": "red",
             "metadata": {"name": "a", "aura": 1},
             "spec": {"virtualMachineInstance": "web", "zones": [1, 2],
                      "migration": {"name": "m", "uid": "u", "cluster": "c"}},
             "status": {"phase": "Pending", "weather": {"rain": true},
                        "source": {"syncUid": "u", "luck": 7},
                        "target": {"syncUid": "u", "hook": {"outcome": "Imported", "mood": "x"},
                                   "refused": [{"reason": "TableFull", "count": 1, "who": "x"}],
                                   "cleanup": {"outcome": "Kept", "broom": "x"}},
                        "assignment": {"port": 28152, "lane": 3},
                        "conditions": [{"type": "Assigned", "status": "True", "wind": "west"}]}}
            """);

    assertThat(sync.getSpec().virtualMachineInstance()).isEqualTo("web");
    assertThat(sync.getSpec().migration().uid()).isEqualTo("u");
    assertThat(sync.getStatus().target().refused().get(0).count()).isEqualTo(1);
    assertThat(sync.getStatus().conditions().get(0).getType()).isEqualTo("Assigned");
  }

  @Test
  void valuesOfANewerVersionAreUnrecognisedAndNotADefault() {
    ConntrackSync sync =
        read(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackSync",
             "spec": {"failurePolicy": "Retry"},
             "status": {"phase": "Paused", "target": {"hook": {"outcome": "Bored"}}}}
            """);

    assertThat(sync.getSpec().failurePolicy()).isEqualTo(FailurePolicy.UNRECOGNISED);
    assertThat(sync.getStatus().phase()).isEqualTo(Phase.UNRECOGNISED);
    assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.UNRECOGNISED);
  }

  @Test
  void aNodeOfANewerVersionIsRead() {
    ConntrackNode node =
        serialization.unmarshal(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackNode",
             "metadata": {"name": "rack1"}, "spec": {"paused": true},
             "status": {"backend": "ovs", "ports": {"first": 1, "last": 2, "step": 1},
                        "table": {"entries": 1, "capacity": 5000000000, "buckets": 3}}}
            """,
            ConntrackNode.class);

    assertThat(node.getStatus().backend()).isEqualTo(Backend.UNRECOGNISED);
    assertThat(node.getStatus().table().capacity()).isEqualTo(5_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T10:00:00Z, 2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.123456Z, 2026-11-22T10:00:00.123456Z",
    "2026-11-22T10:00:00.123456789Z, 2026-11-22T10:00:00.123456789Z",
    "2026-11-22T12:00:00+02:00, 2026-11-22T10:00:00Z"
  })
  void everyTimeThatTheSchemaAllowsIsRead(String text, Instant time) {
    ConntrackSync sync =
        read(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackSync",
             "status": {"concludedTime": "%s"}}
            """
                .formatted(text));

    assertThat(sync.getStatus().concludedTime()).isEqualTo(time);
  }

  @Test
  void anEmptyObjectIsRead() {
    ConntrackSync sync =
        read("{\"apiVersion\": \"conntracksync.io/v1alpha1\", \"kind\": \"ConntrackSync\"}");

    assertThat(sync.getSpec()).isNull();
    assertThat(sync.getStatus()).isNull();
  }

  @Test
  void timesAreWrittenAsTheApiServerWantsThem() {
    ConntrackSync sync =
        read(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackSync",
             "status": {"concludedTime": "2026-11-22T10:00:00Z"}}
            """);

    assertThat(serialization.asJson(sync)).contains("\"concludedTime\":\"2026-11-22T10:00:00Z\"");
  }

  @Test
  void whatIsAbsentIsNotWritten() {
    ConntrackSync sync =
        read(
            """
            {"apiVersion": "conntracksync.io/v1alpha1", "kind": "ConntrackSync",
             "status": {"phase": "Pending"}}
            """);

    assertThat(serialization.asJson(sync)).doesNotContain("null").doesNotContain("assignment");
  }

  private ConntrackSync read(String json) {
    return serialization.unmarshal(json, ConntrackSync.class);
  }
}
