package io.conntracksync.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.SharedControlPlane;
import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain kubectl is enough: it explains every field and waits for conditions. */
@ExtendWith(SharedControlPlane.class)
class KubectlRootIT {
  private final ControlPlane controlPlane;

  KubectlRootIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  /** {@code kubectl explain} shows what stands in this document of the API server. */
  @ParameterizedTest
  @ValueSource(strings = {"ConntrackSync", "ConntrackNode"})
  void everyFieldIsExplained(String kind) throws IOException {
    JsonNode schema =
        new ObjectMapper()
            .readTree(document())
            .at("/components/schemas/io.conntracksync.v1alpha1." + kind);
    List<String> silent = new ArrayList<>();
    int fields = collect(kind, schema, silent);

    assertThat(fields).isGreaterThan(20);
    assertThat(silent).as("fields that kubectl explain has no word for").isEmpty();
  }

  /** Made some moments after the definitions were installed. */
  private String document() {
    return Awaitility.await("the API server explains the API")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> controlPlane.admin().raw("/openapi/v3/apis/conntracksync.io/v1alpha1"),
            document -> document != null && document.contains("v1alpha1.ConntrackNode"));
  }

  @Test
  void anExplanationSaysWhatToWrite() {
    assertThat(kubectl("explain", "conntracksync.spec.hookDeadline").run())
        .contains("How long the libvirt hook of the target may wait", "0s to 5s, such as 200ms");
    assertThat(kubectl("explain", "conntracknode.status.backend").run())
        .contains("The kind of table that the agent reads and writes", "netfilter", "cilium-bpf");
  }

  @Test
  void oneCanWaitForTheImport() throws Exception {
    create("waited");
    try {
      CompletableFuture<Command.Finished> wait =
          CompletableFuture.supplyAsync(
              kubectl("wait", "--for=condition=Imported", "cts/waited", "--timeout=50s")::tryRun);

      setImported("waited", "True");

      assertThat(wait.get().output())
          .contains("conntracksync.conntracksync.io/waited condition met");
      assertThat(wait.get().exitCode()).isZero();
    } finally {
      kubectl("delete", "cts", "waited").run();
    }
  }

  @Test
  void oneDoesNotWaitForEver() {
    create("in-vain");
    try {
      setImported("in-vain", "False");

      Command.Finished wait =
          kubectl("wait", "--for=condition=Imported", "cts/in-vain", "--timeout=1s").tryRun();

      assertThat(wait.exitCode()).isNotZero();
      assertThat(wait.output()).contains("timed out waiting for the condition");
    } finally {
      kubectl("delete", "cts", "in-vain").run();
    }
  }

  private static int collect(String path, JsonNode schema, List<String> silent) {
    // The API server describes apiVersion, kind and metadata by a reference.
    if (schema.path("description").asText().isBlank() && !schema.has("allOf")) {
      silent.add(path);
    }
    int fields = 1;
    if (schema.has("items")) {
      fields += collect(path + "[]", schema.get("items"), silent);
    }
    for (var property : schema.path("properties").properties()) {
      fields += collect(path + "." + property.getKey(), property.getValue(), silent);
    }
    return fields;
  }

  private void create(String name) {
    kubectl("create", "--filename=-")
        .reading(
            """
            apiVersion: conntracksync.io/v1alpha1
            kind: ConntrackSync
            metadata: {name: %s, namespace: default}
            spec: {virtualMachineInstance: vm, sourceNode: a, targetNode: b, addresses: [10.0.0.1]}
            """
                .formatted(name))
        .run();
  }

  private void setImported(String name, String status) {
    kubectl(
            "patch",
            "cts",
            name,
            "--subresource=status",
            "--type=merge",
            "--patch",
            """
            {"status": {"conditions": [{"type": "Imported", "status": "%s", "reason": "R",
             "message": "m", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """
                .formatted(status))
        .run();
  }

  private Command kubectl(String... words) {
    return controlPlane.adminKubectl(words);
  }
}
