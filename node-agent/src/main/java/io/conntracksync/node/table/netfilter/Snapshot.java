package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all entries of some addresses.
 *
 * <p>For IPv4 the kernel compares: one dump for each address and each of the two places where it
 * can stand, since one request can only ask for both places at once. For IPv6 the kernel's filter
 * is wrong (Linux 6.18 shows the entries that do not match), so the family is dumped once. A kernel
 * that knows no filter shows everything. Hence every entry is compared here as well.
 */
final class Snapshot {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

  /** A dump is doubtful while the kernel resizes the table's hash, which is rare and short. */
  private static final int ATTEMPTS = 5;

  private final NetlinkChannel channel;
  private final VmAddress place;
  private final Set<InetAddress> addresses;
  private final SnapshotChunks chunks;
  private final EntrySink sink;
  private final Map<RefusalReason, Integer> passedOver = new EnumMap<>(RefusalReason.class);

  Snapshot(NetlinkChannel channel, VmAddress place, Set<InetAddress> addresses, EntrySink sink) {
    this.channel = channel;
    this.place = place;
    this.addresses = Set.copyOf(addresses);
    this.sink = sink;
    this.chunks = new SnapshotChunks(sink);
  }

  void read() throws TableException {
    AddressMatch ours = new AddressMatch(Family.IPV4, place, addresses);
    for (InetAddress address : addresses) {
      if (Family.of(address) == Family.IPV4) {
        dump(request -> DumpRequest.write(request, Cta.TUPLE_ORIG, place, address), ours);
        dump(request -> DumpRequest.write(request, Cta.TUPLE_REPLY, place, address), ours);
      }
    }
    if (addresses.stream().anyMatch(address -> Family.of(address) == Family.IPV6)) {
      dump(
          request -> DumpRequest.writeAll(request, Family.IPV6),
          new AddressMatch(Family.IPV6, place, addresses));
    }
    chunks.finish();
    int expectations = ExpectationCount.read(channel, chunks::contains);
    if (expectations > 0) {
      passedOver.put(RefusalReason.EXPECTATION, expectations);
    }
    passedOver.forEach(sink::passedOver);
  }

  @FunctionalInterface
  private interface Request {
    void write(RequestBatch batch);
  }

  private void dump(Request request, AddressMatch ours) throws TableException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      request.write(channel.requests());
      if (channel.dump(message -> take(message, ours)) == NetlinkChannel.Completeness.COMPLETE) {
        return;
      }
    }
    throw new TableException(
        "the conntrack table was reorganised during each of "
            + ATTEMPTS
            + " dumps; leave nf_conntrack_buckets alone for a moment");
  }

  private void take(KernelMessages message, AddressMatch ours)
      throws RefusedEntryException, TableException {
    if (message.type() != Nfnetlink.CT_NEW || !ours.matches(message)) {
      return;
    }
    Tracked tracked;
    try {
      tracked = FlowReader.read(Family.ofNumber(message.family()), message.attributes());
    } catch (RefusedEntryException e) {
      passedOver.merge(e.reason(), 1, Integer::sum);
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("conntrack entry not carried");
      return;
    }
    if (tracked.isWorthCarrying() && place.isOf(tracked.flow(), addresses)) {
      chunks.add(tracked.flow());
    }
  }
}
