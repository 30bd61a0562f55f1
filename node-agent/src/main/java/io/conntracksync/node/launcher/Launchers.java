package io.conntracksync.node.launcher;

import io.conntracksync.node.linux.OpenFolder;
import io.conntracksync.node.linux.PeerCredentials;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The virt-launchers of this node. Each listens on {@code launcher-sock} in a volume of its pod,
 * which the kubelet keeps in a folder of the host; the kernel knows who listens there. Safe for
 * several threads.
 *
 * <p>The pod may write that volume, so what lies there proves nothing: it could be a link to the
 * socket of another pod. Proof is what the kernel says of the process, see {@link PodProof}.
 */
public final class Launchers {
  /** The volume of sockets, below the pod's folder. */
  static final String SOCKETS = "volumes/kubernetes.io~empty-dir/sockets";

  private static final String SOCKET = "launcher-sock";

  /** No more than it takes to be one name in a path. */
  private static final Pattern UID = Pattern.compile("[0-9a-fA-F-]{1,64}");

  private final Path kubelet;
  private final Path processes;

  /**
   * @param kubelet the kubelet's folder, {@code /var/lib/kubelet} by default
   */
  public Launchers(Path kubelet) {
    this(kubelet, Path.of("/proc"));
  }

  Launchers(Path kubelet, Path processes) {
    this.kubelet = kubelet;
    this.processes = processes;
  }

  /**
   * The launcher of the pod of this uid, or empty when this node has no such pod or no launcher
   * listens in it. Throws when one does that is not the pod's, or that the agent may not look at.
   */
  public Optional<Launcher> find(String podUid) throws LauncherException {
    if (!UID.matcher(podUid).matches()) {
      throw new LauncherException("'" + podUid + "' is no uid of a pod");
    }
    Path folder = kubelet.resolve("pods").resolve(podUid).resolve(SOCKETS);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (OpenFolder sockets = OpenFolder.open(folder)) {
      Optional<PeerCredentials> peer = UnixPeer.listeningAt(sockets.path().resolve(SOCKET));
      return peer.isEmpty() ? Optional.empty() : Optional.of(proven(podUid, peer.get().pid()));
    } catch (SystemCallException e) {
      throw new LauncherException(
          "cannot ask who listens at "
              + folder.resolve(SOCKET)
              + ": "
              + e.getMessage()
              + "; with EACCES the agent lacks CAP_DAC_OVERRIDE",
          e);
    }
  }

  private Launcher proven(String podUid, int pid) throws LauncherException {
    if (pid == 0) {
      throw new LauncherException(
          "the launcher of pod " + podUid + " has no pid here; run the agent with hostPID");
    }
    Launcher launcher = new Launcher(pid, held(podUid, pid));
    try {
      if (!launcher.isOf(podUid)) {
        throw new LauncherException(
            "process " + pid + " listens as the launcher of pod " + podUid + " but is not of it");
      }
      return launcher;
    } catch (IOException | RuntimeException e) {
      launcher.close();
      throw e;
    }
  }

  /** From here on it is the same process, or none. */
  private OpenFolder held(String podUid, int pid) throws LauncherException {
    try {
      return OpenFolder.open(processes.resolve(Integer.toString(pid)));
    } catch (SystemCallException e) {
      throw new LauncherException(
          "the launcher of pod " + podUid + " cannot be looked at: " + e.getMessage(), e);
    }
  }
}
