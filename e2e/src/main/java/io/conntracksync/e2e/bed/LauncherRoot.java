package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a launcher's container is made of, as folders of the machine: its root, laid out as in
 * KubeVirt's image, and the volumes of its pod, where the kubelet keeps them. Its programs are the
 * machine's.
 *
 * @param root what the container has as {@code /}, without what is mounted there
 * @param volumes of the pod
 */
public record LauncherRoot(Path root, Path volumes) {
  /** Of a pod, below the kubelet's folder. */
  private static final String VOLUMES = "pods/%s/volumes/kubernetes.io~empty-dir";

  /** Where the container has what the guest starts from, and where its console goes. */
  static final GuestFiles GUEST_FILES =
      new GuestFiles(
          Path.of("/var/run/kubevirt-ephemeral-disks/vmlinuz"),
          Path.of("/var/run/kubevirt-ephemeral-disks/guest.img"),
          Path.of("/var/run/kubevirt-private"));

  /** KubeVirt's user of libvirt and QEMU, and its group. */
  static final int USER = 107;

  private static final List<String> FOLDERS =
      List.of(
          "dev",
          "mnt",
          "opt",
          "proc",
          "run/kubevirt",
          "run/kubevirt-ephemeral-disks",
          "run/kubevirt-private",
          "run/libvirt",
          "sys",
          "tmp",
          "usr",
          "var/cache",
          "etc/libvirt/hooks");

  private static final List<String> VOLUME_FOLDERS =
      List.of("public/sockets", "sockets", "private", "libvirt-runtime", "ephemeral-disks");

  private static final String USERS =
      "root:x:0:0::/:/bin/sh\nqemu:x:107:107::/:/usr/sbin/nologin\n";
  private static final String GROUPS = "root:x:0:\nqemu:x:107:\n";

  /** Where a pod of this uid has its volumes. */
  static Path volumes(Path kubelet, String podUid) {
    return kubelet.resolve(VOLUMES.formatted(podUid));
  }

  /** Makes it. The guest is started from copies of these files. */
  static LauncherRoot create(
      Path folder, Path volumes, LauncherImage image, Path kernel, Path guestImage) {
    LauncherRoot root = new LauncherRoot(folder, volumes);
    try {
      root.makeFolders();
      root.makeFiles();
      root.makeLibvirt(image);
      Files.copy(kernel, volumes.resolve("ephemeral-disks/vmlinuz"));
      Files.copy(guestImage, volumes.resolve("ephemeral-disks/guest.img"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the root of a launcher in " + folder, e);
    }
    String owner = USER + ":" + USER;
    Command.of("chown", "-R", owner, volumes.toString()).run();
    Command.of("chown", "-R", owner, folder.resolve("etc/libvirt").toString()).run();
    return root;
  }

  private void makeFolders() throws IOException {
    for (String folder : FOLDERS) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createSymbolicLink(root.resolve("var/run"), Path.of("../run"));
    for (String name : List.of("bin", "sbin", "lib", "lib64")) {
      Path machines = Path.of("/", name);
      if (Files.isSymbolicLink(machines)) {
        Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(machines));
      }
    }
    for (String volume : VOLUME_FOLDERS) {
      Files.createDirectories(volumes.resolve(volume));
    }
  }

  private void makeFiles() throws IOException {
    Files.writeString(root.resolve("etc/passwd"), USERS);
    Files.writeString(root.resolve("etc/group"), GROUPS);
    Files.writeString(root.resolve("etc/hosts"), LibvirtConfiguration.hosts());
    Files.writeString(root.resolve("etc/resolv.conf"), "");
    Files.copy(Path.of("/etc/ld.so.cache"), root.resolve("etc/ld.so.cache"));
    for (String program : List.of("virt-launcher-monitor", "virt-launcher")) {
      Path file = root.resolve("opt").resolve(program);
      Files.writeString(file, resource(program));
      makeExecutable(file);
    }
  }

  private void makeLibvirt(LauncherImage image) throws IOException {
    Path configuration = root.resolve("etc/libvirt");
    Files.writeString(
        configuration.resolve("libvirtd.conf"),
        LibvirtConfiguration.libvirtdConf(
            UUID.randomUUID(), GUEST_FILES.consoles().resolve("libvirtd.log")));
    Files.writeString(configuration.resolve("qemu.conf"), LibvirtConfiguration.QEMU_CONF);
    if (image == LauncherImage.WITH_MAIN_HOOK) {
      Path hook = configuration.resolve("hooks/qemu");
      Files.writeString(hook, LibvirtConfiguration.MAIN_HOOK);
      makeExecutable(hook);
    }
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A text that belongs to launchers. */
  static String resource(String name) {
    try (InputStream text = LauncherRoot.class.getResourceAsStream("/launcher/" + name)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /**
   * All that the pod has and may keep: a line for each file of the root and of the volumes that
   * others use too, with its kind, mode, owner, size and hash. Not what is mounted there from the
   * machine, nor what libvirt writes for itself.
   */
  public List<String> listing() {
    return Stream.of(root, volumes.resolve("public"), volumes.resolve("sockets"))
        .flatMap(folder -> FolderListing.of(folder).stream())
        .toList();
  }

  /** Lets it come with the hook, as the chart's policy does, before anything runs in it. */
  public void addHook(Path program) {
    Path folder = file("etc/libvirt/hooks/qemu.d");
    try {
      Files.createDirectory(folder);
      Path hook = Files.copy(program, folder.resolve("50-conntracksync"));
      makeExecutable(hook);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot add the hook to " + root, e);
    }
  }

  /** Lets it come with the gate, and with the line that names it. */
  public void addGate(Path plugin) {
    LibvirtGate.install(plugin, file("etc/libvirt"));
  }

  /** A file of the container, as the machine has it. */
  public Path file(String path) {
    return root.resolve(path);
  }

  Path sockets() {
    return volumes.resolve("sockets");
  }
}
