package io.conntracksync.node.launcher;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a process belongs to a pod, by what the kernel says of the process: nothing of it can be
 * written from inside an ordinary pod. Pure.
 */
final class PodProof {
  /** A pod's cgroup is named after its uid, which systemd has with underscores. */
  private static final Pattern POD =
      Pattern.compile("pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})");

  /** In {@code mountinfo}, what of its file system is mounted (proc_pid_mountinfo(5)). */
  private static final int MOUNTED = 3;

  private PodProof() {}

  /**
   * By its cgroup, if that names a pod. Where it does not (a kubelet that makes none for pods), by
   * its mounts: the pod's volume of the launcher's sockets must be one of them.
   *
   * @param cgroup lines of {@code /proc/PID/cgroup}
   * @param mounts lines of {@code /proc/PID/mountinfo}
   */
  static boolean belongs(String podUid, List<String> cgroup, List<String> mounts) {
    Optional<String> named = cgroup.stream().flatMap(line -> lastPod(line).stream()).findFirst();
    return named
        .map(podUid.toLowerCase(Locale.ROOT)::equals)
        .orElseGet(() -> mountsSockets(podUid, mounts));
  }

  /** The last, because a node may itself run in a pod. */
  private static Optional<String> lastPod(String line) {
    Matcher pods = POD.matcher(line);
    Optional<String> last = Optional.empty();
    while (pods.find()) {
      last = Optional.of(pods.group(1).replace('_', '-'));
    }
    return last;
  }

  private static boolean mountsSockets(String podUid, List<String> mounts) {
    String volume = "/pods/" + podUid + "/" + Launchers.SOCKETS;
    return mounts.stream()
        .map(line -> line.split(" "))
        .anyMatch(fields -> fields.length > MOUNTED && fields[MOUNTED].endsWith(volume));
  }
}
