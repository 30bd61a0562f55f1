package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What is to be moved; immutable. Durations are text as in the schema: {@link DurationText} reads
 * them.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConntrackSyncSpec(
    String virtualMachineInstance,
    MigrationReference migration,
    String sourceNode,
    String targetNode,
    PodReference sourcePod,
    PodReference targetPod,
    List<String> addresses,
    String domain,
    String hookDeadline,
    String switchoverDeadline,
    FailurePolicy failurePolicy,
    String timeout,
    String ttlAfterFinished) {}
