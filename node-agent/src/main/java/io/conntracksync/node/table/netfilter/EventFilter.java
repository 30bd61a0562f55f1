package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.SocketFilter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/**
 * The program that lets through events of some addresses: those in which one of them is the source
 * of the original or of the reply tuple, or the destination, as in {@link AddressMatch}. It walks
 * the attributes with the kernel's own help: with A an offset and X a type, a load from {@code
 * SKF_AD_NLATTR} makes A the offset of that attribute among those that begin there, a load from
 * {@code SKF_AD_NLATTR_NEST} of that attribute inside the one that stands there; 0 if there is
 * none. Source: linux/filter.h, net/core/filter.c.
 *
 * <p>It spares room in the socket's buffer, nothing more: whoever reads compares again.
 */
final class EventFilter {
  /**
   * So that the program stays within {@link SocketFilter#MAX_INSTRUCTIONS}: an IPv6 address takes
   * nine instructions in each of two tuples.
   */
  static final int MAX_ADDRESSES = 200;

  private static final int ANCILLARY = -0x1000;
  private static final int FIND = ANCILLARY + 12;
  private static final int FIND_INSIDE = ANCILLARY + 16;

  private EventFilter() {}

  /** Lets nothing through: for who only wants to be known as a listener. */
  static SocketFilter nothing() {
    return new Instructions().add(Instructions.RETURN, Instructions.NOTHING).filter();
  }

  static SocketFilter of(VmAddress place, Collection<InetAddress> addresses) {
    if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "changes of " + addresses.size() + " addresses; 1 to " + MAX_ADDRESSES + " are possible");
    }
    Instructions out = new Instructions();
    for (int tuple : List.of(Cta.TUPLE_ORIG, Cta.TUPLE_REPLY)) {
      for (Family family : Family.values()) {
        List<byte[]> wanted =
            addresses.stream()
                .filter(address -> Family.of(address) == family)
                .map(InetAddress::getAddress)
                .toList();
        if (!wanted.isEmpty()) {
          matchAddress(out, tuple, place.attribute(family), wanted);
        }
      }
    }
    return out.add(Instructions.RETURN, Instructions.NOTHING).filter();
  }

  private static void matchAddress(
      Instructions out, int tuple, int attribute, List<byte[]> addresses) {
    out.add(Instructions.LOAD_NUMBER, Nfnetlink.HEADER + Nfnetlink.GENERAL_HEADER);
    out.add(Instructions.LOAD_INDEX, tuple).add(Instructions.LOAD, FIND);
    int noTuple = out.ifZeroSkip();
    out.add(Instructions.LOAD_INDEX, Cta.TUPLE_IP).add(Instructions.LOAD, FIND_INSIDE);
    int noAddresses = out.ifZeroSkip();
    out.add(Instructions.LOAD_INDEX, attribute).add(Instructions.LOAD, FIND_INSIDE);
    int noAddress = out.ifZeroSkip();
    out.add(Instructions.INDEX_FROM_NUMBER, 0);
    addresses.forEach(address -> accept(out, address));
    out.land(noTuple);
    out.land(noAddresses);
    out.land(noAddress);
  }

  /** Accepts if the payload of the attribute at X is this address. */
  private static void accept(Instructions out, byte[] address) {
    ByteBuffer words = ByteBuffer.wrap(address);
    while (words.hasRemaining()) {
      out.add(Instructions.LOAD_INDEXED, AttributeWriter.HEADER + words.position());
      int word = words.getInt();
      // Past the loads and comparisons of the words left, and past the acceptance.
      out.unlessEqualSkip(word, 2 * (words.remaining() / Integer.BYTES) + 1);
    }
    out.add(Instructions.RETURN, Instructions.ALL);
  }
}
