package io.conntracksync.node.pod;

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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the libvirt of a launcher says of its guests. */
class LauncherWatchesRootIT {
  private static final String POD = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String DOMAIN = "shop_db";
  private static final String OTHER = "shop_other";
  private static final String RUNS = DOMAIN + " " + DomainChange.RUNS;
  private static final String STOPS = DOMAIN + " " + DomainChange.SUSPENDED;

  @TempDir private Path kubelet;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final LibvirtLoop loop = new LibvirtLoop();
  private LauncherWatches watches;
  private TestLibvirt libvirt;

  @BeforeEach
  void makeThePod() throws Exception {
    libvirt = TestLibvirt.prepare(kubelet, POD);
    loop.start();
    watches = new LauncherWatches(new Launchers(kubelet), loop, 1);
  }

  @AfterEach
  void end() throws IOException {
    watches.close();
    loop.close();
    libvirt.close();
  }

  @Test
  void whatALauncherSaysOfTheSyncsDomainIsHeard() throws Exception {
    long before = openSockets();
    seek();
    libvirt.start();
    libvirt.create(DOMAIN);
    libvirt.create(OTHER);
    await("heard of").atMost(TestLibvirt.PATIENCE).until(() -> told.contains(RUNS));

    libvirt.suspend(OTHER);
    libvirt.suspend(DOMAIN);
    libvirt.resume(DOMAIN);
    await("told").untilAsserted(() -> assertThat(told).containsExactly(RUNS, STOPS, RUNS));
    assertThat(watches.connected()).isEqualTo(1);

    watches.release("sync");
    assertThat(watches.connected()).isZero();
    await("the connection is closed").until(() -> openSockets() == before);
  }

  @Test
  void aLibvirtThatWasStartedAnewIsFoundAgain() throws Exception {
    libvirt.start();
    libvirt.create(DOMAIN);
    seek();
    await("heard of").atMost(TestLibvirt.PATIENCE).until(() -> told.contains(RUNS));

    libvirt.stop();
    await("lost").until(() -> watches.connected() == 0);
    libvirt.start();
    await("found again").atMost(TestLibvirt.PATIENCE).until(() -> watches.connected() == 1);
    libvirt.suspend(DOMAIN);

    await("told").untilAsserted(() -> assertThat(told).containsExactly(RUNS, STOPS));
  }

  @Test
  void thereAreOnlySoManyPlaces() throws Exception {
    libvirt.start();
    seek();
    await("connected").atMost(TestLibvirt.PATIENCE).until(() -> watches.connected() == 1);

    watches.seek(order("another"), POD, (domain, change) -> told.add("must not be told"));
    libvirt.create(DOMAIN);
    await("heard of").until(() -> told.contains(RUNS));

    assertThat(told).containsExactly(RUNS);
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
}
