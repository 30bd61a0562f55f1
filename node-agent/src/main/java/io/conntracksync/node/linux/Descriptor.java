package io.conntracksync.node.linux;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor. Closed once however often it is asked for: a second close would hit
 * whatever the kernel gave the same number to meanwhile.
 */
final class Descriptor implements AutoCloseable {
  private static final int O_RDONLY = 0;
  private static final int CLOSED = -1;

  private final AtomicInteger number;
  private final String name;

  Descriptor(int number, String name) {
    this.number = new AtomicInteger(number);
    this.name = name;
  }

  static Descriptor open(Path file) throws SystemCallException {
    return open(file, 0);
  }

  /** A folder itself: a link to one is refused. */
  static Descriptor openFolder(Path folder) throws SystemCallException {
    return open(folder, OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW);
  }

  /** A folder to look from, through links: those of {@code /proc} are the way to some. */
  static Descriptor ofFolder(Path folder) throws SystemCallException {
    return open(folder, OpenFlags.PATH | OpenFlags.DIRECTORY);
  }

  /** What the name stands for now, be it a link, without opening it. */
  static Descriptor ofPlace(Path file) throws SystemCallException {
    return open(file, OpenFlags.PATH | OpenFlags.NOFOLLOW);
  }

  private static Descriptor open(Path file, int flags) throws SystemCallException {
    int number = SystemCalls.LIBC.open(file.toString(), O_RDONLY | OpenFlags.CLOEXEC | flags);
    if (number < 0) {
      throw new SystemCallException("open", file.toString(), SystemCalls.errno());
    }
    return new Descriptor(number, file.toString());
  }

  int number() {
    int open = number.get();
    if (open == CLOSED) {
      throw new IllegalStateException(name + " is closed");
    }
    return open;
  }

  /** A path to what is open, for as long as it is, in this process alone. */
  Path path() {
    return Path.of("/proc/self/fd", Integer.toString(number()));
  }

  @Override
  public void close() {
    int open = number.getAndSet(CLOSED);
    if (open != CLOSED) {
      // Linux frees the number whatever close answers; there is nothing to do about a failure.
      var unused = SystemCalls.LIBC.close(open);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
