package io.conntracksync.node.launcher;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.linux.OpenFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A virt-launcher process of a pod, held: should it end, nothing is found any more, and never
 * another process.
 */
public final class Launcher implements AutoCloseable {
  private static final Path OWN_NETWORK = Path.of("/proc/self/ns/net");

  private final int pid;
  private final OpenFolder process;

  Launcher(int pid, OpenFolder process) {
    this.pid = pid;
    this.process = process;
  }

  /** Its number in the agent's pid namespace, for people: it may be another's soon. */
  public int pid() {
    return pid;
  }

  boolean isOf(String podUid) throws LauncherException {
    try {
      return PodProof.belongs(
          podUid,
          Files.readAllLines(process.path().resolve("cgroup")),
          Files.readAllLines(process.path().resolve("mountinfo")));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The pod's network namespace, or empty when the pod uses the node's own. Needs CAP_SYS_PTRACE to
   * look at it; to make a socket in it, CAP_SYS_ADMIN.
   */
  public Optional<NetworkNamespace> network() throws LauncherException {
    Path network = process.path().resolve("ns/net");
    try {
      return Files.isSameFile(network, OWN_NETWORK)
          ? Optional.empty()
          : Optional.of(NetworkNamespace.open(network));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Its folder in {@code /proc}. */
  OpenFolder folder() {
    return process;
  }

  private LauncherException unreadable(IOException e) {
    return new LauncherException(
        "launcher process "
            + pid
            + " cannot be looked at: "
            + e.getMessage()
            + "; it has ended, or the agent lacks CAP_SYS_PTRACE",
        e);
  }

  @Override
  public void close() {
    process.close();
  }
}
