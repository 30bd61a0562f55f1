package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;

/** {@code sendTo} or {@code receive} make the migration a decentralised one; only that is asked. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationSpec(
    String vmiName, Map<String, Object> sendTo, Map<String, Object> receive) {}
