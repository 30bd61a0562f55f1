package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One bed at a time on a machine: its names and addresses are fixed. The kernel frees the lock when
 * its holder dies, however it dies, so a lock never outlives its bed.
 */
final class BedLock implements AutoCloseable {
  // The kernel's lock belongs to the process, which loses it as soon as it closes the file anywhere
  // (fcntl(2), "Record locks"): while this process holds the lock it must not open the file again.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private BedLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Throws when another bed, in this process or another, holds the lock. */
  static BedLock take(Path file) {
    if (!HELD_HERE.add(file)) {
      throw inUse(file, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new BedLock(file, lock(file));
    } catch (IOException e) {
      HELD_HERE.remove(file);
      throw new UncheckedIOException("cannot lock " + file, e);
    } catch (RuntimeException e) {
      HELD_HERE.remove(file);
      throw e;
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(file, Files.readString(file).strip());
      }
      channel.truncate(0);
      String holder = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
      return channel;
    } catch (RuntimeException | IOException e) {
      channel.close();
      throw e;
    }
  }

  private static IllegalStateException inUse(Path file, String holder) {
    return new IllegalStateException(
        "the test bed is in use by process "
            + holder
            + " (lock "
            + file
            + "): wait until it ends, or end it");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot free the lock of the bed", e);
    } finally {
      HELD_HERE.remove(file);
    }
  }
}
