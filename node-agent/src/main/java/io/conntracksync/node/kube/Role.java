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

  /** The one condition of a sync that this role writes. */
  String conditionType() {
    return conditionType;
  }

  /** As logs show it. */
  String label() {
    return this == SOURCE ? "source" : "target";
  }
}
