package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;
import java.util.Collection;

/**
 * Whether an entry is one of the VM's, read from the raw attributes without making an object.
 *
 * <p>Two places are enough, one in each tuple: which, {@link VmAddress} says.
 */
final class AddressMatch {
  private final Family family;
  private final int attribute;
  private final byte[][] addresses;

  /** For entries of that family; addresses of the other one are passed over. */
  AddressMatch(Family family, VmAddress place, Collection<InetAddress> addresses) {
    this.family = family;
    this.attribute = place.attribute(family);
    this.addresses =
        addresses.stream()
            .filter(address -> Family.of(address) == family)
            .map(InetAddress::getAddress)
            .toArray(byte[][]::new);
  }

  boolean matches(KernelMessages message) throws RefusedEntryException {
    if (message.family() != family.number()) {
      return false;
    }
    AttributeReader in = message.attributes();
    while (in.next()) {
      boolean tuple = in.type() == Cta.TUPLE_ORIG || in.type() == Cta.TUPLE_REPLY;
      if (tuple && addressMatches(in)) {
        return true;
      }
    }
    return false;
  }

  private boolean addressMatches(AttributeReader in) throws RefusedEntryException {
    boolean found = false;
    in.enter();
    while (in.next()) {
      if (in.type() == Cta.TUPLE_IP) {
        in.enter();
        while (in.next()) {
          found |= in.type() == attribute && holdsOne(in);
        }
        in.leave();
      }
    }
    in.leave();
    return found;
  }

  private boolean holdsOne(AttributeReader in) {
    for (byte[] address : addresses) {
      if (in.holds(address)) {
        return true;
      }
    }
    return false;
  }
}
