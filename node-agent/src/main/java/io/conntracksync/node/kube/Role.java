package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConditionType;

/**
 * The side of a migration on which this node stands. Field managers are named after the role, never
 * after a pod: a restarted agent must still own what it wrote.
 */
public enum Role {
  SOURCE("conntracksync-agent-source", "spec.sourceNode", ConditionType.EXPORTED),
  TARGET("conntracksync-agent-target", "spec.targetNode", ConditionType.IMPORTED);

  private final String fieldManager;
  private final String nodeField;
  private final String conditionType;

  Role(String fieldManager, String nodeField, String conditionType) {
    this.fieldManager = fieldManager;
    this.nodeField = nodeField;
    this.conditionType = conditionType;
  }

  /** Who owns the fields of this role's part of the status. */
  String fieldManager() {
    return fieldManager;
  }

  /** The selectable field that holds the node's name. */
  String nodeField() {
    return nodeField;
  }

  /** The condition of a sync that its session in this role speaks of. */
  String conditionType() {
    return conditionType;
  }

  /** Whether a condition of a sync is this role's to write. */
  boolean writes(String type) {
    return conditionType.equals(type)
        || (this == TARGET && ConditionType.HOOK_INSTALLED.equals(type));
  }

  /** As logs show it. */
  String label() {
    return this == SOURCE ? "source" : "target";
  }
}
