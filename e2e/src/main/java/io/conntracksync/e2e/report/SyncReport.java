package io.conntracksync.e2e.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The ConntrackSync of the synced run as it stood at the end. Texts are those of the API, empty
 * where the object had none.
 *
 * @param entries entries that the target has in its table
 * @param phases in the order of time
 */
public record SyncReport(
    String namespace,
    String name,
    String phase,
    String message,
    long entries,
    String sourceNode,
    String targetNode,
    int port,
    HookReport hook,
    List<PhaseReport> phases) {
  public SyncReport {
    phases = List.copyOf(phases);
  }

  /** From the object as the API server has it, in JSON; what is missing is empty or zero. */
  public static SyncReport of(JsonNode sync, List<PhaseReport> phases) {
    return new SyncReport(
        sync.at("/metadata/namespace").asText(),
        sync.at("/metadata/name").asText(),
        sync.at("/status/phase").asText(),
        sync.at("/status/message").asText(),
        sync.at("/status/target/entriesApplied").asLong(),
        sync.at("/spec/sourceNode").asText(),
        sync.at("/spec/targetNode").asText(),
        sync.at("/status/assignment/port").asInt(),
        new HookReport(
            sync.at("/status/target/hook/outcome").asText(),
            sync.at("/status/target/hook/waited").asText()),
        phases);
  }
}
