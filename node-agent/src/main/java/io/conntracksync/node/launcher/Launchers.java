package io.conntracksync.node.launcher;

import io.conntracksync.node.linux.HeldSocket;
import io.conntracksync.node.linux.OpenFolder;
import io.conntracksync.node.linux.PeerCredentials;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The virt-launchers of this node. Each listens on {@code launcher-sock} in a volume of its pod,
 * and its libvirt on {@code virtqemud-sock} in another; the kubelet keeps both in folders of the
 * host, and the kernel knows who listens there. Safe for several threads.
 *
 * <p>The pod may write those volumes, so what lies there proves nothing: it could be a link to the
 * socket of another pod. Proof is what the kernel says of the process, see {@link PodProof}.
 */
public final class Launchers {
  /** The volume of sockets, below the pod's folder. */
  static final String SOCKETS = "volumes/kubernetes.io~empty-dir/sockets";

  private static final String SOCKET = "launcher-sock";

  /** The volume in which the pod's libvirt has its socket. */
  static final String LIBVIRT = "volumes/kubernetes.io~empty-dir/libvirt-runtime";

  static final String LIBVIRT_SOCKET = "virtqemud-sock";

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
    Optional<OpenFolder> volume = openSockets(podUid);
    if (volume.isEmpty()) {
      return Optional.empty();
    }
    try (OpenFolder sockets = volume.get()) {
      return listener(podUid, sockets.path().resolve(SOCKET), sockets + "/" + SOCKET);
    }
  }

  /** The uids of all pods of this node, whatever runs in them. */
  public List<String> pods() throws IOException {
    Path folder = kubelet.resolve("pods");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> pods = Files.list(folder)) {
      return pods.map(pod -> pod.getFileName().toString()).filter(UID.asMatchPredicate()).toList();
    }
  }

  /**
   * The folder that the launcher of this pod has its sockets in, or empty when this node has no
   * such pod. The pod writes there, too.
   */
  public Optional<OpenFolder> openSockets(String podUid) throws LauncherException {
    return volume(podUid, SOCKETS);
  }

  /**
   * The socket of the libvirt that runs in the pod of this uid, or empty when this node has no such
   * pod or nobody listens there; a link is nobody. Throws as {@link #find} does.
   */
  public Optional<LauncherLibvirt> findLibvirt(String podUid) throws LauncherException {
    Optional<OpenFolder> volume = volume(podUid, LIBVIRT);
    if (volume.isEmpty()) {
      return Optional.empty();
    }
    try (OpenFolder runtime = volume.get()) {
      Optional<HeldSocket> socket = HeldSocket.in(runtime, LIBVIRT_SOCKET);
      return socket.isEmpty()
          ? Optional.empty()
          : proven(podUid, socket.get(), runtime + "/" + LIBVIRT_SOCKET);
    } catch (SystemCallException e) {
      throw new LauncherException(
          "the libvirt of pod " + podUid + " cannot be looked at: " + e.getMessage(), e);
    }
  }

  private Optional<LauncherLibvirt> proven(String podUid, HeldSocket socket, String name)
      throws LauncherException {
    try {
      Optional<Launcher> listener = listener(podUid, socket.path(), name);
      if (listener.isPresent()) {
        listener.get().close();
        return Optional.of(new LauncherLibvirt(socket));
      }
      socket.close();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** A folder that the kubelet keeps for the pod; empty when there is none, or something else. */
  private Optional<OpenFolder> volume(String podUid, String volume) throws LauncherException {
    if (!UID.matcher(podUid).matches()) {
      throw new LauncherException("'" + podUid + "' is no uid of a pod");
    }
    Path folder = kubelet.resolve("pods").resolve(podUid).resolve(volume);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(OpenFolder.open(folder));
    } catch (SystemCallException e) {
      throw new LauncherException(
          "the volume of pod " + podUid + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Who listens at the socket, which has to be a process of the pod. */
  private Optional<Launcher> listener(String podUid, Path socket, String name)
      throws LauncherException {
    try {
      Optional<PeerCredentials> peer = UnixPeer.listeningAt(socket);
      return peer.isEmpty()
          ? Optional.empty()
          : Optional.of(proven(podUid, peer.get().pid(), name));
    } catch (SystemCallException e) {
      throw new LauncherException(
          "cannot ask who listens at "
              + name
              + ": "
              + e.getMessage()
              + "; with EACCES the agent lacks CAP_DAC_OVERRIDE",
          e);
    }
  }

  private Launcher proven(String podUid, int pid, String name) throws LauncherException {
    if (pid == 0) {
      throw new LauncherException(
          "who listens at " + name + " has no pid here; run the agent with hostPID");
    }
    Launcher launcher = new Launcher(pid, held(podUid, pid));
    try {
      if (!launcher.isOf(podUid)) {
        throw new LauncherException(
            "process " + pid + " listens at " + name + " but is not of pod " + podUid);
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
