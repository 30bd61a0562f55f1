package io.conntracksync.operator.sync;

/** Why a sync is where it is. Part of the API: never renamed. */
enum Reason {
  PORTS_EXHAUSTED("PortsExhausted"),
  PORT_ASSIGNED("PortAssigned"),
  ENTRIES_FLOWING("EntriesFlowing"),
  ENTRIES_IMPORTED("EntriesImported"),

  MIGRATION_SUCCEEDED("MigrationSucceeded"),
  ENTRIES_NOT_IMPORTED("EntriesNotImported"),
  MIGRATION_FAILED("MigrationFailed"),
  MIGRATION_ABORTED("MigrationAborted"),
  MIGRATION_GONE("MigrationGone"),
  VIRTUAL_MACHINE_GONE("VirtualMachineGone"),
  ENTRIES_KEPT("EntriesKept"),
  ENTRIES_REMOVED("EntriesRemoved"),
  TIMEOUT_EXCEEDED("TimeoutExceeded"),

  NODE_UNKNOWN("NodeUnknown"),
  AGENT_MISSING("AgentMissing"),
  AGENT_NOT_READY("AgentNotReady"),
  AGENT_INCOMPLETE("AgentIncomplete"),
  BACKENDS_DIFFER("BackendsDiffer"),
  LAYOUTS_DIFFER("LayoutsDiffer"),
  ADDRESS_FAMILY_UNSUPPORTED("AddressFamilyUnsupported"),

  UNDER_WAY("UnderWay");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** As it is written in the status. */
  String text() {
    return text;
  }
}
