package io.conntracksync.node.linux;

import java.nio.ByteBuffer;

/**
 * Memory outside the heap for walks through maps, one walk at a time; used again by the next, and
 * only ever enlarged. For one thread at a time.
 */
public final class WalkRoom {
  private final int entries;
  private ByteBuffer keys = Bpf.room(0);
  private ByteBuffer values = Bpf.room(0);

  /** For so many entries at a time; more where one bucket of a map holds more. */
  public WalkRoom(int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("room for " + entries + " entries; at least 1 is needed");
    }
    this.entries = entries;
  }

  int entries() {
    return entries;
  }

  ByteBuffer keys(int length) {
    if (keys.capacity() < length) {
      keys = Bpf.room(length);
    }
    return keys;
  }

  ByteBuffer values(int length) {
    if (values.capacity() < length) {
      values = Bpf.room(length);
    }
    return values;
  }
}
