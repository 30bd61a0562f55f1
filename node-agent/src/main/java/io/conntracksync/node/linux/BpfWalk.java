package io.conntracksync.node.linux;

import java.nio.ByteBuffer;

/**
 * A walk through a map, some entries at a time: {@link #next} until it says no. Between two calls
 * {@link #count} entries lie in {@link #keys} and {@link #values}, one after the other and without
 * padding, at the start of the room that the walk was given.
 *
 * <p>The kernel copies whole buckets of a hash at once, so no entry comes twice; what is inserted
 * into a bucket that the walk has passed is not seen. Where the map's type or the kernel (before
 * 5.6) knows no batches, it goes from key to key instead: then an entry may come twice.
 */
public final class BpfWalk {
  private static final int BATCH_LENGTH = 56;
  private static final int BATCH_IN = 0;
  private static final int BATCH_OUT = 8;
  private static final int BATCH_KEYS = 16;
  private static final int BATCH_VALUES = 24;
  private static final int BATCH_COUNT = 32;
  private static final int BATCH_MAP = 36;

  /** A hash says where it is in 4 bytes, a trie with a whole key. */
  private static final int MIN_CURSOR = 8;

  private final BpfMap map;
  private final WalkRoom room;
  private final ByteBuffer request = Bpf.room(BATCH_LENGTH);
  private final ByteBuffer cursor;
  private ByteBuffer keys;
  private ByteBuffer values;
  private int capacity;
  private int count;
  private Course course = Course.BEFORE;
  private final KeyByKey slowly;

  private enum Course {
    BEFORE,
    UNDER_WAY,
    KEY_BY_KEY,
    OVER
  }

  BpfWalk(BpfMap map, WalkRoom room) {
    this.map = map;
    this.room = room;
    this.cursor = Bpf.room(Math.max(MIN_CURSOR, map.info().keySize()));
    this.slowly = new KeyByKey(map);
    makeRoom(room.entries());
  }

  /** Reads on; false when there is nothing more. */
  public boolean next() throws SystemCallException {
    count = 0;
    while (course != Course.OVER && count == 0) {
      if (course == Course.KEY_BY_KEY) {
        count = slowly.fill(keys, values, capacity);
        course = count < capacity ? Course.OVER : Course.KEY_BY_KEY;
      } else {
        readBatch();
      }
    }
    return count > 0;
  }

  /** How many entries were read. */
  public int count() {
    return count;
  }

  /** Their keys. */
  public ByteBuffer keys() {
    return keys;
  }

  /** Their values, in the same order. */
  public ByteBuffer values() {
    return values;
  }

  private void readBatch() throws SystemCallException {
    request.putLong(BATCH_IN, course == Course.BEFORE ? 0 : SystemCalls.address(cursor));
    request.putLong(BATCH_OUT, SystemCalls.address(cursor));
    request.putLong(BATCH_KEYS, SystemCalls.address(keys));
    request.putLong(BATCH_VALUES, SystemCalls.address(values));
    request.putInt(BATCH_COUNT, capacity);
    request.putInt(BATCH_MAP, map.number());
    int errno = -Bpf.call(Bpf.MAP_LOOKUP_BATCH, request);
    if (errno <= 0) {
      count = request.getInt(BATCH_COUNT);
      course = Course.UNDER_WAY;
    } else if (Errno.ENOENT.is(errno)) {
      // The end, and with it the last entries.
      count = request.getInt(BATCH_COUNT);
      course = Course.OVER;
    } else if (Errno.ENOSPC.is(errno)) {
      // One bucket holds more than that; nothing was read and the cursor stands still.
      makeRoom(2 * capacity);
    } else if (course == Course.BEFORE && (Errno.ENOTSUPP.is(errno) || Errno.EINVAL.is(errno))) {
      course = Course.KEY_BY_KEY;
    } else if (!Errno.EAGAIN.is(errno)) {
      throw Bpf.failure("MAP_LOOKUP_BATCH", map.toString(), errno);
    }
  }

  private void makeRoom(int entries) {
    capacity = entries;
    keys = room.keys(entries * map.info().keySize());
    values = room.values(entries * map.info().valueSize());
  }

  /** Goes from key to key. */
  private static final class KeyByKey {
    private static final int LENGTH = 32;
    private static final int KEY = 8;
    private static final int NEXT_OR_VALUE = 16;

    /** A key that is taken out while the walk stands on it sends the walk back to the start. */
    private static final int MOST_ROUNDS = 4;

    private final BpfMap map;
    private final ByteBuffer request = Bpf.room(LENGTH);
    private final ByteBuffer key;
    private final ByteBuffer next;
    private final ByteBuffer value;
    private long address;
    private long left;

    KeyByKey(BpfMap map) {
      this.map = map;
      this.key = Bpf.room(map.info().keySize());
      this.next = Bpf.room(map.info().keySize());
      this.value = Bpf.room(map.info().valueSize());
      this.left = MOST_ROUNDS * (map.info().maxEntries() + 1);
    }

    /** Fewer than there is room for at the end only. */
    int fill(ByteBuffer keys, ByteBuffer values, int capacity) throws SystemCallException {
      int filled = 0;
      while (filled < capacity && advance()) {
        if (find()) {
          keys.put(filled * key.capacity(), key, 0, key.capacity());
          values.put(filled * value.capacity(), value, 0, value.capacity());
          filled++;
        }
      }
      return filled;
    }

    private boolean advance() throws SystemCallException {
      int errno = call(Bpf.MAP_NEXT_KEY, address, next);
      if (Errno.ENOENT.is(errno)) {
        return false;
      }
      left--;
      if (errno > 0 || left < 0) {
        throw Bpf.failure(
            "MAP_GET_NEXT_KEY", map.toString(), errno > 0 ? errno : Errno.EAGAIN.number());
      }
      key.put(0, next, 0, key.capacity());
      address = SystemCalls.address(key);
      return true;
    }

    private boolean find() throws SystemCallException {
      int errno = call(Bpf.MAP_LOOKUP, SystemCalls.address(key), value);
      if (errno > 0 && !Errno.ENOENT.is(errno)) {
        throw Bpf.failure("MAP_LOOKUP_ELEM", map.toString(), errno);
      }
      return errno <= 0;
    }

    private int call(int command, long keyAddress, ByteBuffer answer) {
      request.putInt(0, map.number());
      request.putLong(KEY, keyAddress);
      request.putLong(NEXT_OR_VALUE, SystemCalls.address(answer));
      return -Bpf.call(command, request);
    }
  }
}
