package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.FlowEnds;

/**
 * One entry of the kernel's table, as far as it can be carried to another kernel.
 *
 * @param reply how answers arrive, before they are translated back
 * @param status bits of {@link Status#CARRIED}
 * @param timeoutSeconds left to live, not negative
 */
record Flow(
    FlowId id,
    Tuple reply,
    int status,
    int timeoutSeconds,
    int mark,
    ProtocolState state,
    Labels labels,
    Corrections corrections,
    Ties ties) {
  /**
   * The original tuple is taken before translation and the answers before they are translated back,
   * so their sources are the real ends, whatever is between them.
   */
  FlowEnds ends() {
    return new FlowEnds(id.original().source(), reply.source());
  }

  boolean sourceIsTranslated() {
    return (status & Status.SRC_NAT) != 0;
  }

  boolean destinationIsTranslated() {
    return (status & Status.DST_NAT) != 0;
  }

  /**
   * The reply tuple with translation undone: what the kernel must be given, since it translates the
   * tuple itself when told the NAT. Without NAT it is the reply tuple.
   */
  Tuple replyBeforeNat() {
    Tuple plain = id.original().inverse();
    return new Tuple(
        destinationIsTranslated() ? plain.source() : reply.source(),
        sourceIsTranslated() ? plain.destination() : reply.destination(),
        reply.protocol(),
        transportBeforeNat(plain.transport()));
  }

  private Transport transportBeforeNat(Transport plain) {
    if (plain instanceof Transport.Ports inverse
        && reply.transport() instanceof Transport.Ports r) {
      return new Transport.Ports(
          destinationIsTranslated() ? inverse.source() : r.source(),
          sourceIsTranslated() ? inverse.destination() : r.destination());
    }
    boolean translated = sourceIsTranslated() || destinationIsTranslated();
    return translated ? plain : reply.transport();
  }

  /**
   * Whether the kernel can change this entry, as it stands, into the wanted one of the same tuples
   * and translation. It clears no status bit and no label, and takes no other correction for one
   * that is there: such an entry has to be made anew.
   */
  boolean canBecome(Flow wanted) {
    boolean clearsStatus = (status & Status.SETTABLE & ~wanted.status) != 0;
    boolean clearsLabels = wanted.labels.equals(Labels.NONE) && !labels.equals(Labels.NONE);
    boolean clearsCorrections =
        !wanted.corrections.equals(corrections) && !corrections.equals(Corrections.NONE);
    return !clearsStatus && !clearsLabels && !clearsCorrections;
  }

  Flow withTimeout(int seconds) {
    return new Flow(id, reply, status, seconds, mark, state, labels, corrections, ties);
  }

  Flow withTies(Ties other) {
    return new Flow(id, reply, status, timeoutSeconds, mark, state, labels, corrections, other);
  }

  Flow withLabels(Labels other) {
    return new Flow(id, reply, status, timeoutSeconds, mark, state, other, corrections, ties);
  }
}
