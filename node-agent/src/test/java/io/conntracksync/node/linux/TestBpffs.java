package io.conntracksync.node.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A bpffs of the test's own. A process holds it in a mount namespace, and we reach it through that
 * process's root: whatever becomes of the test, nothing stays mounted and no map stays pinned.
 */
public final class TestBpffs implements AutoCloseable {
  private static final int MAP_CREATE = 0;
  private static final int OBJECT_PIN = 6;
  private static final int MAP_UPDATE_BATCH = 26;

  private static final int CREATE_LENGTH = 48;
  private static final int CREATE_NAME = 28;
  private static final int PIN_LENGTH = 16;
  private static final int BATCH_LENGTH = 56;
  private static final int NO_PREALLOCATION = 1;

  private final Process holder;
  private final Path root;

  private TestBpffs(Process holder, Path root) {
    this.holder = holder;
    this.root = root;
  }

  public static TestBpffs mounted() {
    try {
      // /mnt is hidden for that process alone.
      Process holder =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "--propagation",
                  "private",
                  "sh",
                  "-ec",
                  "mount -t bpf bpf /mnt; echo mounted; exec cat")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] word = holder.getInputStream().readNBytes("mounted\n".length());
      if (!new String(word, StandardCharsets.US_ASCII).equals("mounted\n")) {
        throw new IllegalStateException("no bpffs could be mounted; are you root?");
      }
      return new TestBpffs(holder, Path.of("/proc", Long.toString(holder.pid()), "root", "mnt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the bpffs is. */
  public Path folder() {
    return root;
  }

  /** The mount namespace in which it is {@code /mnt}, for programs that want to find it mounted. */
  public Path mountNamespace() {
    return Path.of("/proc", Long.toString(holder.pid()), "ns", "mnt");
  }

  /** Makes a map and pins it there, in the place of one that was pinned there before. */
  public BpfMap create(String pin, int type, int keySize, int valueSize, int maxEntries) {
    ByteBuffer request =
        Bpf.room(CREATE_LENGTH)
            .putInt(0, type)
            .putInt(4, keySize)
            .putInt(8, valueSize)
            .putInt(12, maxEntries)
            .putInt(16, type == BpfMapInfo.LPM_TRIE ? NO_PREALLOCATION : 0);
    byte[] letters = pin.getBytes(StandardCharsets.US_ASCII);
    request.put(CREATE_NAME, letters, 0, Math.min(15, letters.length));
    try {
      BpfMap map = BpfMap.of(new Descriptor(checked(Bpf.call(MAP_CREATE, request), pin), pin));
      Path file = root.resolve(pin);
      Files.deleteIfExists(file);
      byte[] path = (file + "\0").getBytes(StandardCharsets.UTF_8);
      ByteBuffer name = Bpf.room(path.length).put(0, path);
      ByteBuffer pinning =
          Bpf.room(PIN_LENGTH).putLong(0, SystemCalls.address(name)).putInt(8, map.number());
      int unused = checked(Bpf.call(OBJECT_PIN, pinning), pin);
      return map;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts so many entries at once; the buffers are direct. */
  public static void putAll(BpfMap map, ByteBuffer keys, ByteBuffer values, int count) {
    ByteBuffer request =
        Bpf.room(BATCH_LENGTH)
            .putLong(16, SystemCalls.address(keys))
            .putLong(24, SystemCalls.address(values))
            .putInt(32, count)
            .putInt(36, map.number());
    try {
      int unused = checked(Bpf.call(MAP_UPDATE_BATCH, request), map.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int checked(int result, String object) throws SystemCallException {
    if (result < 0) {
      throw Bpf.failure("for a test", object, -result);
    }
    return result;
  }

  @Override
  public void close() {
    holder.destroy();
    try {
      boolean unused = holder.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
