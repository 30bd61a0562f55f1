package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out what has become of flows of some addresses: each is asked for by its key. */
final class FlowLookup {
  private final VmAddress place;
  private final Set<InetAddress> addresses;

  FlowLookup(VmAddress place, Set<InetAddress> addresses) {
    this.place = place;
    this.addresses = Set.copyOf(addresses);
  }

  /**
   * Those that are there, whole; the others count as removed. So does a flow that took the place of
   * one of ours and is translated to somebody else.
   */
  Delta look(EntryRequests requests, Collection<FlowId> ids) throws TableException {
    List<FlowId> wanted = List.copyOf(ids);
    List<Entry> found = new ArrayList<>();
    Set<EntryKey> missing = new HashSet<>();
    for (FlowId id : wanted) {
      missing.add(FlowEncoder.key(id));
    }
    for (int from = 0; from < wanted.size(); from += RequestBatch.MAX_REQUESTS) {
      int to = Math.min(wanted.size(), from + RequestBatch.MAX_REQUESTS);
      for (Tracked tracked : requests.get(wanted.subList(from, to))) {
        if (tracked.isWorthCarrying() && place.isOf(tracked.flow(), addresses)) {
          Entry entry = FlowEncoder.encode(tracked.flow());
          // The kernel also finds an entry by its reply tuple: that one was not asked for.
          if (missing.remove(entry.key())) {
            found.add(entry);
          }
        }
      }
    }
    return new Delta(found, missing);
  }
}
