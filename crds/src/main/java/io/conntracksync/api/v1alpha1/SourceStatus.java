package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** What the source's agent did; {@code deltaLag} is text such as {@code 2ms}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SourceStatus(
    String syncUid,
    Integer restarts,
    Integer rounds,
    Long entriesSent,
    Long bytesSent,
    List<RefusedCount> refused,
    String deltaLag,
    Integer overruns,
    SwitchoverStatus switchover) {}
