package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.FlowEnds;

/** What to do when the kernel says that a tuple is taken. Pure. */
final class TupleConflict {
  /** The ways out. */
  enum Way {
    /** It is the same entry: bring it up to date. */
    UPDATE,
    /**
     * It is the same flow in a shape which no update can repair. Packets reached the target first,
     * and the kernel picked the flow up in its middle: without its translation, or the other way
     * round. Or it is an earlier flow between the same ends, which got further than the present one
     * has: left as it is, its answered bit would let pass what the source would not.
     */
    REPLACE,
    /** It is somebody else's flow: leave it alone. */
    REFUSE
  }

  private TupleConflict() {}

  static Way decide(Flow wanted, Flow existing, FlowAdmission admission) {
    if (existing.id().equals(wanted.id())
        && existing.reply().equals(wanted.reply())
        && (existing.status() & Status.NAT) == (wanted.status() & Status.NAT)) {
      return existing.canBecome(wanted) ? Way.UPDATE : Way.REPLACE;
    }
    if (betweenSameEnds(existing.ends(), wanted.ends())) {
      return Way.REPLACE;
    }
    // Opened by the same end with the same numbers, but translated otherwise or not at all. It may
    // be replaced only if the VM is an end of what stands there: behind a service address it could
    // as well be another VM's.
    boolean sameOpening = existing.id().equals(wanted.id());
    return sameOpening && admission.refusal(existing).isEmpty() ? Way.REPLACE : Way.REFUSE;
  }

  private static boolean betweenSameEnds(FlowEnds one, FlowEnds other) {
    return one.equals(other)
        || (one.initiator().equals(other.responder()) && one.responder().equals(other.initiator()));
  }
}
