package io.conntracksync.operator.migration;

import io.conntracksync.operator.settings.SyncDefaults;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A sync to be made, but for the uids of its pods, which must be asked for. */
record SyncDraft(
    String namespace,
    String migrationName,
    String migrationUid,
    String instance,
    String sourceNode,
    String targetNode,
    Optional<String> sourcePod,
    Optional<String> targetPod,
    List<String> addresses,
    SyncDefaults values) {
  SyncDraft {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(migrationName, "migrationName");
    Objects.requireNonNull(migrationUid, "migrationUid");
    Objects.requireNonNull(instance, "instance");
    Objects.requireNonNull(sourceNode, "sourceNode");
    Objects.requireNonNull(targetNode, "targetNode");
    Objects.requireNonNull(sourcePod, "sourcePod");
    Objects.requireNonNull(targetPod, "targetPod");
    Objects.requireNonNull(values, "values");
    addresses = List.copyOf(addresses);
  }
}
