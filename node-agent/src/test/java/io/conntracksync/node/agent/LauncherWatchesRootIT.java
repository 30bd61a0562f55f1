package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.libvirt.LibvirtLoop;
import io.conntracksync.node.session.DomainChange;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a libvirt as a launcher has it: a session daemon of user 107, without a capability, whose
 * socket is in a volume of its pod, and guests of a real QEMU that never run a program.
 */
class LauncherWatchesRootIT {
  private static final String POD = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String DOMAIN = "shop_db";
  private static final String OTHER = "shop_other";
  private static final String VOLUMES = "pods/" + POD + "/volumes/kubernetes.io~empty-dir/";
  private static final Duration A_DAEMON_STARTS = Duration.ofSeconds(60);

  /** {@code $1} is the volume of sockets, {@code $2} that of libvirt, {@code $3} the rest. */
  private static final String LAUNCHER =
      """
      mount --bind "$1" /mnt
      mount --bind "$2" /media
      mount --bind "$3/passwd" /etc/passwd
      cd /
      exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$3/home" XDG_RUNTIME_DIR="$3/run" \
        setpriv --reuid 107 --regid 107 --clear-groups --bounding-set=-all \
        libvirtd -f "$3/libvirtd.conf"
      """;

  @TempDir private Path folder;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final LibvirtLoop loop = new LibvirtLoop();
  private LauncherWatches watches;
  private Optional<Process> daemon = Optional.empty();

  @BeforeEach
  void makeThePod() throws Exception {
    // The daemon's user has to get through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String users = Files.readString(Path.of("/etc/passwd"));
    Files.writeString(folder.resolve("passwd"), users + "qemu:x:107:107::/:/usr/sbin/nologin\n");
    Files.writeString(folder.resolve("libvirtd.conf"), "unix_sock_dir = \"/media\"\n");
    Path configuration = Files.createDirectories(folder.resolve("home/.config/libvirt"));
    Files.writeString(configuration.resolve("qemu.conf"), "stdio_handler = \"file\"\n");
    Files.createDirectories(folder.resolve("run"));
    Files.createDirectories(sockets());
    Files.createDirectories(runtime());
    run("chown", "-R", "107:107", folder.resolve("home").toString());
    run("chown", "107:107", folder.resolve("run").toString(), runtime().toString());
    // Paths of sockets have to be short.
    Files.createSymbolicLink(folder.resolve("r"), runtime());
    loop.start();
    watches = new LauncherWatches(new Launchers(folder), loop, 1);
  }

  @AfterEach
  void end() throws Exception {
    watches.close();
    loop.close();
    if (daemon.isPresent()) {
      for (String domain : List.of(DOMAIN, OTHER)) {
        var unused = virsh("destroy", domain).start().waitFor();
      }
      stop();
    }
  }

  @Test
  void whatALauncherSaysOfTheSyncsDomainIsHeard() throws Exception {
    long before = openSockets();
    seek();
    start();
    create(DOMAIN);
    create(OTHER);
    await("heard of").atMost(A_DAEMON_STARTS).until(() -> told.contains(runs()));

    run(virsh("suspend", OTHER));
    run(virsh("suspend", DOMAIN));
    run(virsh("resume", DOMAIN));
    await("told").untilAsserted(() -> assertThat(told).containsExactly(runs(), stops(), runs()));
    assertThat(watches.connected()).isEqualTo(1);

    watches.release("sync");
    assertThat(watches.connected()).isZero();
    await("the connection is closed").until(() -> openSockets() == before);
  }

  @Test
  void aLibvirtThatWasStartedAnewIsFoundAgain() throws Exception {
    start();
    create(DOMAIN);
    seek();
    await("heard of").atMost(A_DAEMON_STARTS).until(() -> told.contains(runs()));

    stop();
    await("lost").until(() -> watches.connected() == 0);
    start();
    await("found again").atMost(A_DAEMON_STARTS).until(() -> watches.connected() == 1);
    run(virsh("suspend", DOMAIN));

    await("told").untilAsserted(() -> assertThat(told).containsExactly(runs(), stops()));
  }

  @Test
  void thereAreOnlySoManyPlaces() throws Exception {
    start();
    seek();
    await("connected").atMost(A_DAEMON_STARTS).until(() -> watches.connected() == 1);

    watches.seek(order("another"), POD, (domain, change) -> told.add("must not be told"));
    create(DOMAIN);
    await("heard of").until(() -> told.contains(runs()));

    assertThat(told).containsExactly(runs());
  }

  private void seek() throws IOException {
    watches.seek(order("sync"), POD, (domain, change) -> tell(domain + " " + change));
  }

  /** A guest that starts is told of twice: it was started, it was resumed. */
  private void tell(String word) {
    if (told.isEmpty() || !told.get(told.size() - 1).equals(word)) {
      told.add(word);
    }
  }

  private static SyncOrder order(String uid) throws IOException {
    return new SyncOrder(
        uid,
        "shop",
        "move",
        DOMAIN,
        new SyncOrder.Nodes("nodea", "nodeb"),
        Set.of(InetAddress.getByName("10.30.0.100")),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        SyncOrder.DeadlinePolicy.IGNORE);
  }

  private void start() throws IOException {
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
                    sockets().toString(),
                    runtime().toString(),
                    folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start());
    await("libvirt answers")
        .atMost(A_DAEMON_STARTS)
        .until(() -> Files.exists(own()) && virsh("list").start().waitFor() == 0);
    // A launcher's is virtqemud.
    Path growing = runtime().resolve("growing");
    Files.createLink(growing, own());
    Files.move(growing, runtime().resolve("virtqemud-sock"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void stop() throws Exception {
    Process process = daemon.orElseThrow();
    process.destroy();
    assertThat(process.waitFor()).isNotNegative();
    Files.deleteIfExists(own());
    Files.deleteIfExists(runtime().resolve("virtqemud-sock"));
  }

  private void create(String domain) throws Exception {
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
    run(virsh("create", xml.toString()));
  }

  private ProcessBuilder virsh(String... words) {
    String socket = folder.resolve("r").resolve("libvirt-sock").toString();
    return new ProcessBuilder(
            Stream.concat(
                    Stream.of("virsh", "-q", "-c", "qemu+unix:///session?socket=" + socket),
                    Stream.of(words))
                .toList())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private void run(String... words) throws Exception {
    run(new ProcessBuilder(words));
  }

  private void run(ProcessBuilder command) throws Exception {
    assertThat(command.start().waitFor()).as("%s", command.command()).isZero();
  }

  private static long openSockets() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(LauncherWatchesRootIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      // It was that of the listing, or was closed meanwhile.
      return false;
    }
  }

  private Path own() {
    return runtime().resolve("libvirt-sock");
  }

  private Path sockets() {
    return folder.resolve(VOLUMES + "sockets");
  }

  private Path runtime() {
    return folder.resolve(VOLUMES + "libvirt-runtime");
  }

  private static String runs() {
    return DOMAIN + " " + DomainChange.RUNS;
  }

  private static String stops() {
    return DOMAIN + " " + DomainChange.SUSPENDED;
  }
}
