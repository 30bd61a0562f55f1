package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** What the target's agent did. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TargetStatus(
    String syncUid,
    Integer restarts,
    Integer port,
    Long entriesReceived,
    Long entriesApplied,
    List<RefusedCount> refused,
    Long verified,
    HookStatus hook,
    CleanupStatus cleanup,
    Long reasserted) {}
