package io.conntracksync.e2e.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What standard output is. */
final class Terminal {
  private Terminal() {}

  /**
   * Asks the kernel what descriptor 1 is. {@code System.console()} wants a terminal at the input
   * too up to Java 21, and is never absent from Java 22 on.
   */
  static boolean isStandardOutput() {
    return isTerminal(Path.of("/proc/self/fd/1"));
  }

  static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  static boolean canMoveCursor(Map<String, String> environment) {
    String kind = environment.getOrDefault("TERM", "");
    return !kind.isEmpty() && !kind.equals("dumb");
  }
}
