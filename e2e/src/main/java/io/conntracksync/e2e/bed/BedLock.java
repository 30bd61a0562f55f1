package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One bed at a time on a machine: its names and addresses are fixed. The kernel frees the lock when
 * its holder dies, however it dies, so a lock never outlives its bed.
 */
final class BedLock implements AutoCloseable {
  private final FileChannel channel;

  private BedLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Throws when another bed, in this process or another, holds the lock. */
  static BedLock take(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (lock(channel) == null) {
          throw new IllegalStateException(
              "the test bed is in use by process "
                  + Files.readString(file).strip()
                  + " (lock "
                  + file
                  + "): wait until it ends, or end it");
        }
        channel.truncate(0);
        String holder = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
        return new BedLock(channel);
      } catch (RuntimeException | IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + file, e);
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot free the lock of the bed", e);
    }
  }
}
