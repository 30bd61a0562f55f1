package io.conntracksync.e2e.bed;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Removes whatever there is of a bed: the end of a regular one, and the remains of one whose
 * process was killed. Only with the lock of the bed in hand: a bed in use would be swept away too.
 */
final class Leftovers {
  private Leftovers() {}

  /**
   * Everything of a bed runs inside one of its network namespaces, guests and daemons alike, so
   * they are found there. Mounts and host names vanish with the last process.
   */
  static void sweep() {
    List<Namespace> namespaces = Namespace.existing(Plan.PREFIX);
    for (Namespace namespace : namespaces) {
      Awaitility.await("processes in " + namespace.name() + " have ended")
          .atMost(Duration.ofSeconds(20))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> killAll(namespace.processes()));
    }
    MachineLink.delete();
    namespaces.forEach(Namespace::delete);
    NamespaceFiles.delete(Plan.PREFIX);
  }

  /** Whether there was nothing left to kill. */
  private static boolean killAll(List<Long> processes) {
    for (long pid : processes) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    return processes.isEmpty();
  }
}
