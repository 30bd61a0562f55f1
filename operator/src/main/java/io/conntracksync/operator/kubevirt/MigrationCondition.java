package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** KubeVirt's own shape of a condition: its times may be null, so they are not read. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationCondition(String type, String status) {}
