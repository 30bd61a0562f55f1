package io.conntracksync.operator.kubevirt;

import java.util.Objects;

/** Which migration is asked for: names are used again, the uid is not. */
public record MigrationQuestion(
    String namespace,
    String migrationName,
    String migrationUid,
    String instanceName,
    String targetNode) {
  public MigrationQuestion {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(migrationName, "migrationName");
    Objects.requireNonNull(migrationUid, "migrationUid");
    Objects.requireNonNull(instanceName, "instanceName");
    Objects.requireNonNull(targetNode, "targetNode");
  }
}
