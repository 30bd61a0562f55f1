package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

/**
 * A quick look whether four bytes may be the last ones of some address: most entries of a node fail
 * it, without an object being made. Open addressing; 0 is an empty place, so it is kept as another
 * number: to find one too many does no harm.
 */
final class AddressMarks {
  private static final int SPREAD = 0x9e3779b9;
  private static final int STAND_IN_FOR_ZERO = 1;

  private final int[] places;

  AddressMarks(Collection<InetAddress> addresses) {
    places = new int[Math.max(2, Integer.highestOneBit(4 * addresses.size() + 1))];
    for (InetAddress address : addresses) {
      byte[] bytes = address.getAddress();
      add(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(bytes.length - 4));
    }
  }

  private void add(int bytes) {
    int mark = mark(bytes);
    int place = place(mark);
    while (places[place] != 0 && places[place] != mark) {
      place = (place + 1) & (places.length - 1);
    }
    places[place] = mark;
  }

  /** Takes four bytes as the machine reads them. */
  boolean mayContain(int bytes) {
    int mark = mark(bytes);
    int place = place(mark);
    while (places[place] != 0) {
      if (places[place] == mark) {
        return true;
      }
      place = (place + 1) & (places.length - 1);
    }
    return false;
  }

  private static int mark(int bytes) {
    return bytes == 0 ? STAND_IN_FOR_ZERO : bytes;
  }

  private int place(int mark) {
    return (mark * SPREAD) >>> 7 & (places.length - 1);
  }
}
