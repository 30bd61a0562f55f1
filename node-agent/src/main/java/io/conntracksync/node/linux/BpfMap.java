package io.conntracksync.node.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A BPF map that somebody has pinned. Keys and values are the map's own bytes, exactly as long as
 * {@link #info} says; any other length is an {@link IllegalArgumentException}. Once open it stays
 * the same map, even when another one is pinned in its place. Needs CAP_BPF. For one thread at a
 * time; buffers are used again for each call. Source: bpf(2), linux/bpf.h.
 */
public final class BpfMap implements AutoCloseable {
  private static final int ELEMENT_LENGTH = 32;
  private static final int ELEMENT_KEY = 8;
  private static final int ELEMENT_VALUE = 16;
  private static final int ELEMENT_FLAGS = 24;

  private static final int OBJECT_LENGTH = 16;
  private static final int INFO_REQUEST_LENGTH = 16;
  private static final int INFO_LENGTH = 4;
  private static final int INFO_ADDRESS = 8;

  private static final long WHETHER_OR_NOT_THERE = 0;
  private static final long ONLY_IF_NEW = 1;
  private static final long ONLY_IF_THERE = 2;

  private final Descriptor descriptor;
  private final BpfMapInfo info;
  private final ByteBuffer element = Bpf.room(ELEMENT_LENGTH);
  private final ByteBuffer key;
  private final ByteBuffer value;

  private BpfMap(Descriptor descriptor, BpfMapInfo info) {
    this.descriptor = descriptor;
    this.info = info;
    this.key = Bpf.room(info.keySize());
    this.value = Bpf.room(info.valueSize());
    element.putInt(0, descriptor.number());
    element.putLong(ELEMENT_KEY, SystemCalls.address(key));
  }

  /** The map that is pinned there; whoever opens it closes it. */
  public static BpfMap open(Path pin) throws SystemCallException {
    byte[] path = pin.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer name = Bpf.room(path.length + 1).put(0, path);
    ByteBuffer request = Bpf.room(OBJECT_LENGTH).putLong(0, SystemCalls.address(name));
    try {
      int number = Bpf.call(Bpf.OBJECT_GET, request);
      if (number < 0) {
        throw Bpf.failure("OBJ_GET", pin.toString(), -number);
      }
      return of(new Descriptor(number, pin.toString()));
    } finally {
      // Until the kernel has read the name, nothing may collect it.
      Reference.reachabilityFence(name);
    }
  }

  static BpfMap of(Descriptor descriptor) throws SystemCallException {
    try {
      return new BpfMap(descriptor, info(descriptor));
    } catch (SystemCallException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
  }

  private static BpfMapInfo info(Descriptor descriptor) throws SystemCallException {
    ByteBuffer info = Bpf.room(BpfMapInfo.LENGTH);
    ByteBuffer request =
        Bpf.room(INFO_REQUEST_LENGTH)
            .putInt(0, descriptor.number())
            .putInt(INFO_LENGTH, info.capacity())
            .putLong(INFO_ADDRESS, SystemCalls.address(info));
    try {
      int result = Bpf.call(Bpf.INFO_BY_DESCRIPTOR, request);
      if (result < 0) {
        throw Bpf.failure("OBJ_GET_INFO_BY_FD", descriptor.toString(), -result);
      }
      return BpfMapInfo.read(info);
    } finally {
      Reference.reachabilityFence(info);
    }
  }

  public BpfMapInfo info() {
    return info;
  }

  /** The value of that key; in a trie of prefixes, of the longest one that contains it. */
  public Optional<byte[]> lookup(byte[] wanted) throws SystemCallException {
    set(key, wanted, "key");
    element.putLong(ELEMENT_VALUE, SystemCalls.address(value));
    if (!succeeds(Bpf.MAP_LOOKUP, "MAP_LOOKUP_ELEM", WHETHER_OR_NOT_THERE, Errno.ENOENT)) {
      return Optional.empty();
    }
    byte[] found = new byte[info.valueSize()];
    value.get(0, found);
    return Optional.of(found);
  }

  /** Gives the key this value, whether it is there or not. A full map fails with {@code E2BIG}. */
  public void put(byte[] wanted, byte[] given) throws SystemCallException {
    set(key, wanted, "key");
    setValue(given);
    int result = call(Bpf.MAP_UPDATE, WHETHER_OR_NOT_THERE);
    if (result < 0) {
      throw Bpf.failure("MAP_UPDATE_ELEM", toString(), -result);
    }
  }

  /** Gives the key this value if it is not there yet, in one step; says whether it did. */
  public boolean putIfAbsent(byte[] wanted, byte[] given) throws SystemCallException {
    set(key, wanted, "key");
    setValue(given);
    return succeeds(Bpf.MAP_UPDATE, "MAP_UPDATE_ELEM", ONLY_IF_NEW, Errno.EEXIST);
  }

  /** Gives the key this value if it is there, in one step; says whether it was. */
  public boolean putIfPresent(byte[] wanted, byte[] given) throws SystemCallException {
    set(key, wanted, "key");
    setValue(given);
    return succeeds(Bpf.MAP_UPDATE, "MAP_UPDATE_ELEM", ONLY_IF_THERE, Errno.ENOENT);
  }

  /** Takes the key out; says whether it was there. */
  public boolean remove(byte[] wanted) throws SystemCallException {
    set(key, wanted, "key");
    // This command refuses attributes that it has no use for.
    element.putLong(ELEMENT_VALUE, 0);
    return succeeds(Bpf.MAP_DELETE, "MAP_DELETE_ELEM", WHETHER_OR_NOT_THERE, Errno.ENOENT);
  }

  /**
   * Begins a walk through all entries, which lie in that room while they are looked at. Of what
   * changes during the walk some is seen and some is not.
   */
  public BpfWalk walk(WalkRoom room) {
    return new BpfWalk(this, room);
  }

  private boolean succeeds(int command, String name, long flags, Errno otherwise)
      throws SystemCallException {
    int result = call(command, flags);
    if (result >= 0) {
      return true;
    }
    if (otherwise.is(-result)) {
      return false;
    }
    throw Bpf.failure(name, toString(), -result);
  }

  private int call(int command, long flags) {
    // Asked each time: a closed map must not reach whatever has its number now.
    element.putInt(0, descriptor.number());
    element.putLong(ELEMENT_FLAGS, flags);
    return Bpf.call(command, element);
  }

  private void setValue(byte[] given) {
    set(value, given, "value");
    element.putLong(ELEMENT_VALUE, SystemCalls.address(value));
  }

  private void set(ByteBuffer field, byte[] bytes, String name) {
    if (bytes.length != field.capacity()) {
      throw new IllegalArgumentException(
          "a %s of %d bytes; those of %s have %d"
              .formatted(name, bytes.length, this, field.capacity()));
    }
    field.put(0, bytes);
  }

  int number() {
    return descriptor.number();
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
