package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * {@code phase} is text on purpose: KubeVirt adds phases. Its copy of the migration state is not
 * read, it is complete only when all is over.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationStatus(String phase, List<MigrationCondition> conditions) {}
