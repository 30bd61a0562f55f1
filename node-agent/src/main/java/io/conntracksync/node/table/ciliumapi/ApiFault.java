package io.conntracksync.node.table.ciliumapi;

/** What may be wrong with a call of Cilium's agent. The text is an API: it begins each message. */
public enum ApiFault {
  /** There is no socket, or nobody listens at it. */
  ABSENT("ApiAbsent", "check that Cilium's agent runs and that its socket is mounted here"),
  /** The socket lets us not in. */
  FORBIDDEN("ApiForbidden", "run the node agent as root, or in the socket's group"),
  /** This Cilium has no such call. */
  NOT_OFFERED("ApiNotOffered", "stock Cilium has no such call: use the backend cilium-bpf"),
  /** No whole answer in time, or so many connections wait that one more is not taken. */
  HUNG("ApiHung", "look at the log and the load of Cilium's agent"),
  /** All calls that may be under way at a time are, and none ended in time. */
  BUSY("ApiBusy", "migrate fewer VMs at a time"),
  /** The connection ended within an answer. */
  TRUNCATED("ApiTruncated", "look whether Cilium's agent was restarted"),
  /** The answer is whole, but its length is no multiple of a record's. */
  UNEVEN("ApiUneven", "report it to whoever made this Cilium"),
  /** An export larger than any VM's. */
  OVERSIZED("ApiOversized", "report it to whoever made this Cilium"),
  /** The export does not say of which version it is. */
  VERSION_MISSING("ApiVersionMissing", "use a Cilium that says it, or the backend cilium-bpf"),
  /** Another version of the records. */
  VERSION_UNKNOWN("ApiVersionUnknown", "use a ConntrackSync that knows it, or cilium-bpf"),
  /** Status 4xx. */
  REJECTED("ApiRejected", "report it: this is a request that Cilium's agent should take"),
  /** Status 5xx. */
  FAILED("ApiFailed", "look at the log of Cilium's agent"),
  /** Cilium's agent does not say in which unit its lifetimes are. */
  CLOCK_UNKNOWN("ApiClockUnknown", "trying again helps if it has just started"),
  /** Anything else that is no answer of this API. */
  UNINTELLIGIBLE("ApiUnintelligible", "check which program listens at that socket");

  private final String text;
  private final String hint;

  ApiFault(String text, String hint) {
    this.text = text;
    this.hint = hint;
  }

  public String text() {
    return text;
  }

  /** What to do about it. */
  String hint() {
    return hint;
  }
}
