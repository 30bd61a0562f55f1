package io.conntracksync.node.table.netfilter;

import java.util.Optional;

/**
 * What an entry is to become that was written over, field by field: a field that still has what was
 * written gets its former value back; one that has not was changed by packets since then, or by
 * another program, and stays. Pure.
 *
 * @param former as it was, its timeout what would be left of it now; not positive when it would be
 *     gone
 * @param written what was written, its timeout what would be left of that now
 * @param present as it is
 */
record FlowReversion(Flow former, Flow written, Flow present) {
  /** Timeouts are in whole seconds, and reading takes a moment. */
  private static final int GRAIN_SECONDS = 2;

  /** Whether packets kept the entry alive since it was written. */
  boolean wasUsed() {
    return present.timeoutSeconds() > written.timeoutSeconds() + GRAIN_SECONDS;
  }

  /** What the entry is to be; empty when it would have ended by itself. */
  Optional<Flow> result() {
    if (!present.reply().equals(former.reply()) || nat(present) != nat(former)) {
      // Somebody has made another flow of it: that one is not ours to judge.
      return Optional.of(present);
    }
    ProtocolState state = state();
    int timeout = present.timeoutSeconds();
    if (!wasUsed() && state.equals(former.state())) {
      if (former.timeoutSeconds() <= 0) {
        return Optional.empty();
      }
      timeout = former.timeoutSeconds();
    }
    return Optional.of(
        new Flow(
            present.id(),
            present.reply(),
            status(),
            timeout,
            present.mark() == written.mark() ? former.mark() : present.mark(),
            state,
            present.labels().equals(written.labels()) ? former.labels() : present.labels(),
            present.corrections().equals(written.corrections())
                ? former.corrections()
                : present.corrections(),
            present.ties()));
  }

  private int status() {
    // An update cannot clear a bit: what was there before was written, too.
    int before = written.status() | former.status();
    int byPackets = present.status() & ~before;
    return former.status() | byPackets;
  }

  private ProtocolState state() {
    if (present.state() instanceof ProtocolState.Tcp now
        && written.state() instanceof ProtocolState.Tcp wrote
        && former.state() instanceof ProtocolState.Tcp was) {
      return new ProtocolState.Tcp(
          now.state() == wrote.state() ? was.state() : now.state(),
          side(was.original(), wrote.original(), now.original()),
          side(was.reply(), wrote.reply(), now.reply()));
    }
    return present.state().equals(written.state()) ? former.state() : present.state();
  }

  private static ProtocolState.Side side(
      ProtocolState.Side was, ProtocolState.Side wrote, ProtocolState.Side now) {
    // Writing only ever sets flags, and be-liberal always.
    int before = was.flags() | wrote.flags() | ProtocolState.Side.BE_LIBERAL;
    int byPackets = now.flags() & ~before;
    return new ProtocolState.Side(
        now.scale() == wrote.scale() ? was.scale() : now.scale(), was.flags() | byPackets);
  }

  private static int nat(Flow flow) {
    return flow.status() & Status.NAT;
  }
}
