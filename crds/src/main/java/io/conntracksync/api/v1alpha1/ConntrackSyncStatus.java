package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/** How far a sync is; each part has one writer (see the design table in docs/api.md). */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConntrackSyncStatus(
    Long observedGeneration,
    Phase phase,
    String reason,
    String message,
    Outcome outcome,
    Instant concludedTime,
    Assignment assignment,
    SourceStatus source,
    TargetStatus target,
    List<Condition> conditions) {}
