package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.process.Command;

/** A process that hangs: it is there, its sockets too, but it does nothing until it is thawed. */
final class Frozen implements AutoCloseable {
  private final long pid;

  private Frozen(long pid) {
    this.pid = pid;
  }

  static Frozen process(long pid) {
    signal("STOP", pid);
    return new Frozen(pid);
  }

  /** It goes on where it was; again is harmless. */
  void thaw() {
    signal("CONT", pid);
  }

  private static void signal(String name, long pid) {
    Command.of("kill", "-" + name, Long.toString(pid)).run();
  }

  @Override
  public void close() {
    // The process may have been killed meanwhile.
    if (ProcessHandle.of(pid).isPresent()) {
      thaw();
    }
  }
}
