package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads of which flow an event speaks, and nothing else: the rest of it is neither whole nor new.
 * An update shows status and timeout, but labels, protocol state or adjustments only if just those
 * changed (net/netfilter/nf_conntrack_netlink.c, ctnetlink_conntrack_event); and while it was
 * queued the entry went on changing. So an event says <em>look there</em>.
 */
final class EventReader {
  private final List<AddressMatch> ours = new ArrayList<>();

  EventReader(VmAddress place, Collection<InetAddress> addresses) {
    for (Family family : Family.values()) {
      ours.add(new AddressMatch(family, place, addresses));
    }
  }

  /** The flow, if it is one of these addresses and of a kind that is carried. */
  Optional<FlowId> read(KernelMessages message) {
    if (message.type() != Nfnetlink.CT_NEW && message.type() != Nfnetlink.CT_DELETE) {
      return Optional.empty();
    }
    try {
      for (AddressMatch family : ours) {
        if (family.matches(message)) {
          return Optional.of(read(Family.ofNumber(message.family()), message.attributes()));
        }
      }
      return Optional.empty();
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  private static FlowId read(Family family, AttributeReader in) throws RefusedEntryException {
    Tuple original = null;
    int originalZone = 0;
    int replyZone = 0;
    int sharedZone = 0;
    while (in.next()) {
      switch (in.type()) {
        case Cta.TUPLE_ORIG -> {
          TupleAttributes.Zoned zoned = TupleAttributes.read(in, family);
          original = zoned.tuple();
          originalZone = zoned.zone();
        }
        case Cta.TUPLE_REPLY -> replyZone = TupleAttributes.read(in, family).zone();
        case Cta.ZONE -> sharedZone = in.u16();
        default -> {}
      }
    }
    if (original == null) {
      throw RefusedEntryException.malformed("an event without its original tuple");
    }
    Zones zones =
        sharedZone == 0 ? new Zones(originalZone, replyZone) : new Zones(sharedZone, sharedZone);
    return FlowRules.checked(new FlowId(family, zones, original));
  }
}
