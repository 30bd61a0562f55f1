package io.conntracksync.e2e.bed;

import java.util.Locale;

/** What a node's libvirt says of a domain. */
public enum DomainState {
  /** This node does not know the domain. */
  ABSENT,
  RUNNING,
  PAUSED,
  /** Known and none of the others: starting, going away, crashed. */
  OTHER;

  /** From what {@code virsh domstate} prints for a domain that is there. */
  static DomainState parse(String printed) {
    return switch (printed.strip().toLowerCase(Locale.ROOT)) {
      case "running" -> RUNNING;
      case "paused" -> PAUSED;
      default -> OTHER;
    };
  }
}
