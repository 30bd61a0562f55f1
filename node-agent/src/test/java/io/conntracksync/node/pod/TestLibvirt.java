package io.conntracksync.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A libvirt as a launcher has it: a session daemon of user 107, without a capability, with mounts
 * of its own, whose socket is in a volume of its pod. Beside it something listens as the launcher.
 * Its guests are of a real QEMU and never run a program.
 */
final class TestLibvirt implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** {@code $1} is the volume of sockets, {@code $2} that of libvirt, {@code $3} the rest. */
  private static final String LAUNCHER =
      """
      mount --bind "$3/passwd" /etc/passwd
      mount --bind "$3/etc" /etc/libvirt
      mount --bind "$2" /media
      mount -t tmpfs tmpfs /run
      mkdir -p /run/kubevirt/sockets
      mount --bind "$1" /run/kubevirt/sockets
      cd /
      setpriv --pdeathsig KILL python3 -c "$4" &
      exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$3/home" XDG_RUNTIME_DIR="$3/run" \
        setpriv --reuid 107 --regid 107 --clear-groups --bounding-set=-all \
        libvirtd -f "$3/libvirtd.conf"
      """;

  private static final String LISTEN =
      """
      import os, socket, time
      path = "/run/kubevirt/sockets/launcher-sock"
      if os.path.exists(path):
        os.unlink(path)
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(path)
      listener.listen(1)
      time.sleep(600)
      """;

  private final Path folder;
  private final Path sockets;
  private final Path runtime;
  private final List<String> domains = new ArrayList<>();
  private Optional<Process> daemon = Optional.empty();

  private TestLibvirt(Path folder, String podUid) {
    Path volumes = folder.resolve("pods/" + podUid + "/volumes/kubernetes.io~empty-dir");
    this.folder = folder;
    this.sockets = volumes.resolve("sockets");
    this.runtime = volumes.resolve("libvirt-runtime");
  }

  /** Makes its pod, in what is then the kubelet's folder; nothing runs yet. */
  static TestLibvirt prepare(Path kubelet, String podUid) throws Exception {
    TestLibvirt libvirt = new TestLibvirt(kubelet, podUid);
    libvirt.prepare();
    return libvirt;
  }

  private void prepare() throws Exception {
    // The daemon's user has to get through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String users = Files.readString(Path.of("/etc/passwd"));
    Files.writeString(folder.resolve("passwd"), users + "qemu:x:107:107::/:/usr/sbin/nologin\n");
    Files.writeString(folder.resolve("libvirtd.conf"), "unix_sock_dir = \"/media\"\n");
    Path configuration = Files.createDirectories(folder.resolve("home/.config/libvirt"));
    Files.writeString(configuration.resolve("qemu.conf"), "stdio_handler = \"file\"\n");
    Files.createDirectories(folder.resolve("run"));
    Files.createDirectories(sockets);
    Files.createDirectories(runtime);
    Path main = Files.createDirectories(folder.resolve("etc/hooks")).resolve("qemu");
    Files.writeString(main, "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rwxr-xr-x"));
    run("chown", "-R", "107:107", folder.resolve("home").toString());
    run("chown", "107:107", folder.resolve("run").toString(), runtime.toString());
    // Paths of sockets have to be short.
    Files.createSymbolicLink(folder.resolve("r"), runtime);
  }

  /** What it sees as {@code /etc/libvirt/hooks}: with a main hook, as KubeVirt ships one. */
  Path hooks() {
    return folder.resolve("etc/hooks");
  }

  /** The volume of the launcher's sockets. */
  Path sockets() {
    return sockets;
  }

  void start() throws IOException {
    daemon =
        Optional.of(
            new ProcessBuilder(
                    "unshare",
                    "--mount",
                    "--propagation",
                    "private",
                    "sh",
                    "-ec",
                    LAUNCHER,
                    "launcher",
                    sockets.toString(),
                    runtime.toString(),
                    folder.toString(),
                    LISTEN)
                .redirectErrorStream(true)
                .redirectOutput(log())
                .start());
    await("libvirt answers")
        .atMost(PATIENCE)
        .until(
            () ->
                Files.exists(sockets.resolve("launcher-sock"))
                    && Files.exists(own())
                    && virsh("list").start().waitFor() == 0);
    // A launcher's is virtqemud.
    Path growing = runtime.resolve("growing");
    Files.createLink(growing, own());
    Files.move(growing, runtime.resolve("virtqemud-sock"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Ends the daemon; its guests go on. */
  void stop() throws Exception {
    Process process = daemon.orElseThrow();
    process.destroy();
    assertThat(process.waitFor()).isNotNegative();
    Files.deleteIfExists(own());
    Files.deleteIfExists(runtime.resolve("virtqemud-sock"));
    daemon = Optional.empty();
  }

  void create(String domain) throws Exception {
    Path xml = folder.resolve(domain + ".xml");
    Files.writeString(
        xml,
        """
        <domain type='qemu'>
          <name>%s</name>
          <memory>65536</memory>
          <os><type arch='x86_64'>hvm</type></os>
        </domain>
        """
            .formatted(domain));
    domains.add(domain);
    run(virsh("create", xml.toString()));
  }

  void suspend(String domain) throws Exception {
    run(virsh("suspend", domain));
  }

  void resume(String domain) throws Exception {
    run(virsh("resume", domain));
  }

  private ProcessBuilder virsh(String... words) {
    String socket = folder.resolve("r").resolve("libvirt-sock").toString();
    return new ProcessBuilder(
            Stream.concat(
                    Stream.of("virsh", "-q", "-c", "qemu+unix:///session?socket=" + socket),
                    Stream.of(words))
                .toList())
        .redirectErrorStream(true)
        .redirectOutput(log());
  }

  private static void run(String... words) throws Exception {
    run(new ProcessBuilder(words));
  }

  private static void run(ProcessBuilder command) throws Exception {
    assertThat(command.start().waitFor()).as("%s", command.command()).isZero();
  }

  private ProcessBuilder.Redirect log() {
    return ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile());
  }

  private Path own() {
    return runtime.resolve("libvirt-sock");
  }

  /** Ends its guests, and it. */
  @Override
  public void close() throws IOException {
    if (daemon.isEmpty()) {
      return;
    }
    for (String domain : domains) {
      var unused = virsh("destroy", domain).start().onExit().join();
    }
    daemon.get().destroy();
    var unused = daemon.get().onExit().join();
  }
}
