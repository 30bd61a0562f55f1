package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/** {@code nodeName} is the source until the migration has ended well, then the target. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceStatus(
    String nodeName, List<InstanceInterface> interfaces, MigrationState migrationState) {}
