package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableFault;

/** What may be wrong with a call of Cilium's agent. Its word begins each message. */
enum ApiFault {
  /** There is no socket, or nobody listens at it. */
  ABSENT(
      TableFault.API_ABSENT, "check that Cilium's agent runs and that its socket is mounted here"),
  /** The socket lets us not in. */
  FORBIDDEN(TableFault.API_FORBIDDEN, "run the node agent as root, or in the socket's group"),
  /** This Cilium has no such call. */
  NOT_OFFERED(
      TableFault.API_NOT_OFFERED, "stock Cilium has no such call: use the backend cilium-bpf"),
  /** No whole answer in time, or so many connections wait that one more is not taken. */
  HUNG(TableFault.API_HUNG, "look at the log and the load of Cilium's agent"),
  /** All calls that may be under way at a time are, and none ended in time. */
  BUSY(TableFault.API_BUSY, "migrate fewer VMs at a time"),
  /** The connection ended within an answer. */
  TRUNCATED(TableFault.API_TRUNCATED, "look whether Cilium's agent was restarted"),
  /** The answer is whole, but its length is no multiple of a record's. */
  UNEVEN(TableFault.API_UNEVEN, "report it to whoever made this Cilium"),
  /** An export larger than any VM's. */
  OVERSIZED(TableFault.API_OVERSIZED, "report it to whoever made this Cilium"),
  /** The export does not say of which version it is. */
  VERSION_MISSING(
      TableFault.API_VERSION_MISSING, "use a Cilium that says it, or the backend cilium-bpf"),
  /** Another version of the records. */
  VERSION_UNKNOWN(
      TableFault.API_VERSION_UNKNOWN, "use a ConntrackSync that knows it, or cilium-bpf"),
  /** Status 4xx. */
  REJECTED(TableFault.API_REJECTED, "report it: this is a request that Cilium's agent should take"),
  /** Status 5xx. */
  FAILED(TableFault.API_FAILED, "look at the log of Cilium's agent"),
  /** Cilium's agent does not say in which unit its lifetimes are. */
  CLOCK_UNKNOWN(TableFault.API_CLOCK_UNKNOWN, "trying again helps if it has just started"),
  /** Anything else that is no answer of this API. */
  UNINTELLIGIBLE(TableFault.API_UNINTELLIGIBLE, "check which program listens at that socket");

  private final TableFault fault;
  private final String hint;

  ApiFault(TableFault fault, String hint) {
    this.fault = fault;
    this.hint = hint;
  }

  /** The same among the faults of all tables. */
  TableFault ofTable() {
    return fault;
  }

  String text() {
    return fault.text();
  }

  /** What to do about it. */
  String hint() {
    return hint;
  }
}
