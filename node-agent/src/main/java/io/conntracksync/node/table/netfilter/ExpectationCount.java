package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Counts expectations: flows that a helper has read about and that have not begun. They are not
 * carried; the flow that announced them is.
 */
final class ExpectationCount {
  /** {@code CTA_EXPECT_*} in linux/netfilter/nfnetlink_conntrack.h. */
  private static final int MASTER = 1;

  private static final int ZONE = 7;

  private ExpectationCount() {}

  /** Those whose master has a key that passes. */
  static int read(NetlinkChannel channel, Predicate<EntryKey> masters) throws TableException {
    RequestBatch batch = channel.requests();
    batch.begin(
        Nfnetlink.EXPECTATION_GET, Nfnetlink.REQUEST | Nfnetlink.DUMP, 0, Nfnetlink.VERSION_0);
    batch.end();
    AtomicInteger count = new AtomicInteger();
    // A dump that is doubtful is near enough: nothing hangs on this number.
    var unused =
        channel.dump(
            message -> {
              if (message.type() == Nfnetlink.EXPECTATION_NEW
                  && master(message).filter(masters).isPresent()) {
                count.incrementAndGet();
              }
            });
    return count.get();
  }

  /** Empty for one whose master is of a kind that is not carried. */
  private static Optional<EntryKey> master(KernelMessages message) {
    try {
      return Optional.of(FlowEncoder.key(masterId(message)));
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  private static FlowId masterId(KernelMessages message) throws RefusedEntryException {
    Family family = Family.ofNumber(message.family());
    Tuple master = null;
    int zone = 0;
    AttributeReader in = message.attributes();
    while (in.next()) {
      if (in.type() == MASTER) {
        master = TupleAttributes.read(in, family).tuple();
      } else if (in.type() == ZONE) {
        zone = in.u16();
      }
    }
    if (master == null) {
      throw RefusedEntryException.malformed("an expectation without its master");
    }
    return new FlowId(family, new Zones(zone, zone), master);
  }
}
