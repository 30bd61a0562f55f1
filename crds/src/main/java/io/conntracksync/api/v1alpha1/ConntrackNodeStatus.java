package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What a node's agent says of itself. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConntrackNodeStatus(
    Backend backend,
    String layout,
    String address,
    PortRange ports,
    String certificateFingerprint,
    String agentVersion,
    TableStatus table,
    List<Condition> conditions) {}
