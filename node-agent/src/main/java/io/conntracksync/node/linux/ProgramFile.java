package io.conntracksync.node.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Puts a program into a folder that others write to as well and in which every executable file may
 * be run at any moment: it is never there half, and never executable while it is open for writing
 * (execve(2), ETXTBSY). No link in that folder is followed.
 */
public final class ProgramFile {
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int READABLE = 0644;
  private static final int EXECUTABLE = 0755;

  private ProgramFile() {}

  /**
   * Replaces what has that name, if anything has; throws {@link IOException} when that is not
   * possible.
   *
   * @param folder a path that leads to an open folder
   */
  public static void put(Path folder, String name, byte[] program) throws IOException {
    Path growing = growing(folder, name);
    // Left by an agent that was killed, or put there by whoever owns the folder.
    Files.deleteIfExists(growing);
    try {
      write(growing, program);
      Files.move(growing, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(growing);
      throw e;
    }
  }

  /** Takes it away, whole or half. */
  public static void remove(Path folder, String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    Files.deleteIfExists(growing(folder, name));
  }

  private static Path growing(Path folder, String name) {
    return folder.resolve(name + ".new");
  }

  private static void write(Path file, byte[] program) throws SystemCallException {
    try (Descriptor same = written(file, program)) {
      // By the file itself: its name may be a link by now.
      if (SystemCalls.LIBC.fchmod(same.number(), EXECUTABLE) < 0) {
        throw new SystemCallException("fchmod", file.toString(), SystemCalls.errno());
      }
    }
  }

  /** The new file, open for reading only. */
  private static Descriptor written(Path file, byte[] program) throws SystemCallException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    int number = SystemCalls.LIBC.open(file.toString(), flags, READABLE);
    if (number < 0) {
      throw new SystemCallException("open", file.toString(), SystemCalls.errno());
    }
    try (Descriptor writing = new Descriptor(number, file.toString())) {
      int done = 0;
      while (done < program.length) {
        byte[] rest = Arrays.copyOfRange(program, done, program.length);
        long count = SystemCalls.LIBC.write(writing.number(), rest, rest.length);
        if (count < 0) {
          throw new SystemCallException("write", file.toString(), SystemCalls.errno());
        }
        done += (int) count;
      }
      return Descriptor.open(writing.path());
    }
  }
}
