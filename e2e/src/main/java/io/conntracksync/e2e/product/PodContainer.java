package io.conntracksync.e2e.product;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one container of a pod, started as a kubelet would: its image as a root that cannot be
 * written, with the pod's volumes in it, as the pod's user with the pod's rights. The network is
 * that of the place where it is started, and so are the processes that it sees: what the chart's
 * agent wants, and no harm to the operator.
 *
 * <p>All mounts are in a mount namespace of the process, so that they end with it. The image is
 * below an overlay, as in a container runtime: what mounts need to be put on is not written into
 * it.
 */
final class PodContainer {
  /** Where the program finds its kubeconfig; in a pod its token would be here. */
  private static final String SECRETS = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** With which capsh enters the root and becomes the pod's user. It drops them then. */
  private static final List<String> CAPSH_NEEDS =
      List.of("sys_chroot", "setuid", "setgid", "setpcap");

  /** What is mounted in the kubelet's folder later is seen in the container, as on a real host. */
  private static final String SHARE =
      "! mountpoint -q /var/lib/kubelet || mount --make-shared /var/lib/kubelet\n";

  private final UnpackedImage image;
  private final PodSpec pod;
  private final Container container;

  private PodContainer(UnpackedImage image, PodSpec pod) {
    this.image = image;
    this.pod = pod;
    this.container = pod.getContainers().get(0);
  }

  static PodContainer of(UnpackedImage image, PodSpec pod) {
    return new PodContainer(image, pod);
  }

  UnpackedImage image() {
    return image;
  }

  /** See {@link Delivery#start}. */
  List<String> start(Path kubeconfig, Map<String, String> variables, List<String> settings) {
    return Stream.of(
            List.of("sh", "-euc", SHARE + "exec \"$@\"", "host"),
            List.of("unshare", "--mount", "--propagation", "slave", "--"),
            List.of("sh", "-euc", script(kubeconfig, variables), "container"),
            image.config().entryPoint().subList(1, image.config().entryPoint().size()),
            settings)
        .flatMap(List::stream)
        .toList();
  }

  /** A shell's: it lays out the root and becomes the program, whose arguments are its own. */
  private String script(Path kubeconfig, Map<String, String> variables) {
    Path place = image.root().resolveSibling("container");
    Path root = place.resolve("root");
    return Stream.of(
            overlay(place, root),
            devices(root),
            secret(root, kubeconfig),
            volumes(root),
            Stream.of(
                "mount -o remount,bind,ro " + root,
                "cd /",
                "exec " + become(root, variables) + " \"$@\""))
        .flatMap(Function.identity())
        .collect(Collectors.joining("\n"));
  }

  private Stream<String> overlay(Path place, Path root) {
    return Stream.of(
        "mkdir -p " + place,
        "mount -t tmpfs container " + place,
        "mkdir -p %s/upper %s/work %s".formatted(place, place, root),
        "mount -t overlay container -o lowerdir=%s,upperdir=%s/upper,workdir=%s/work %s"
            .formatted(image.root(), place, place, root),
        "mkdir -p %1$s/proc %1$s/sys %1$s/dev".formatted(root),
        "mount --rbind /proc %s/proc".formatted(root),
        "mount -t sysfs -o ro sysfs %s/sys".formatted(root));
  }

  private static Stream<String> devices(Path root) {
    return Stream.of("null", "zero", "full", "random", "urandom")
        .flatMap(
            device ->
                Stream.of(
                    "touch %s/dev/%s".formatted(root, device),
                    "mount --bind /dev/%s %s/dev/%s".formatted(device, root, device)));
  }

  /** Its reader is the pod's user. */
  private static Stream<String> secret(Path root, Path kubeconfig) {
    return Stream.of(
        "mkdir -p " + root + SECRETS,
        "mount -t tmpfs -o mode=755 secrets " + root + SECRETS,
        "install -m 444 %s %s/kubeconfig".formatted(kubeconfig.toAbsolutePath(), root + SECRETS));
  }

  private Stream<String> volumes(Path root) {
    return container.getVolumeMounts().stream().flatMap(mount -> volume(mount, root));
  }

  private Stream<String> volume(VolumeMount mount, Path root) {
    String place = root + mount.getMountPath();
    Volume volume =
        pod.getVolumes().stream()
            .filter(each -> each.getName().equals(mount.getName()))
            .findFirst()
            .orElseThrow();
    if (volume.getEmptyDir() != null) {
      return Stream.of("mkdir -p " + place, "mount -t tmpfs -o mode=1777 volume " + place);
    }
    String source = Objects.requireNonNull(volume.getHostPath(), mount.getName()).getPath();
    return Stream.of(
        "mkdir -p %s %s".formatted(source, place),
        "mount --rbind %s %s".formatted(source, place),
        Boolean.TRUE.equals(mount.getReadOnly()) ? "mount -o remount,bind,ro " + place : ":");
  }

  /** The words that become the image's program in its root. */
  private String become(Path root, Map<String, String> variables) {
    List<String> environment =
        Stream.of(
                image.config().environment().stream(),
                variables.entrySet().stream().map(Map.Entry::toString),
                Stream.of("KUBECONFIG=" + SECRETS + "/kubeconfig"))
            .flatMap(Function.identity())
            .toList();
    return Stream.of(
            Stream.of("env -i"),
            environment.stream(),
            Stream.of(
                "setpriv", "--no-new-privs", "--bounding-set=-all" + plus(kept(), CAPSH_NEEDS)),
            Stream.of(
                "/usr/sbin/capsh",
                "--chroot=" + root,
                "--drop="
                    + CAPSH_NEEDS.stream()
                        .filter(each -> !kept().contains(each))
                        .map(each -> "cap_" + each)
                        .collect(Collectors.joining(",")),
                "--gid=" + group(),
                "--uid=" + user(),
                "--shell=" + image.config().entryPoint().get(0),
                "--"))
        .flatMap(Function.identity())
        .collect(Collectors.joining(" "));
  }

  private static String plus(List<String> kept, List<String> needed) {
    return Stream.concat(kept.stream(), needed.stream())
        .distinct()
        .map(capability -> ",+" + capability)
        .collect(Collectors.joining());
  }

  /** The capabilities that the pod adds, in the kernel's spelling. */
  private List<String> kept() {
    SecurityContext security = container.getSecurityContext();
    List<String> added = security.getCapabilities().getAdd();
    return added.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
  }

  /** The container's own word goes before the pod's. */
  private long user() {
    Long own = container.getSecurityContext().getRunAsUser();
    return own != null ? own : pod.getSecurityContext().getRunAsUser();
  }

  private long group() {
    Long own = container.getSecurityContext().getRunAsGroup();
    return own != null ? own : pod.getSecurityContext().getRunAsGroup();
  }
}
