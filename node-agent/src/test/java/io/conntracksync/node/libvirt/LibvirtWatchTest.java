package io.conntracksync.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.DomainChange;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/**
 * Against libvirt's own client library and its driver for tests, which lives in this process and
 * has one running domain, {@code test}.
 */
class LibvirtWatchTest {
  private static final String TEST_DRIVER = "test:///default";
  private static final String DOMAIN = "test";

  @TempDir private Path folder;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<LibvirtWatch> watches = new ArrayList<>();
  private final LibvirtLoop loop = new LibvirtLoop();

  @BeforeEach
  void aClientLibraryIsThere() throws InterruptedException {
    loop.start();
    Assumptions.assumeTrue(loop.awaitUsable(), "libvirt.so.0 is not installed");
  }

  @AfterEach
  void close() {
    watches.forEach(LibvirtWatch::close);
    assertThat(watches).noneMatch(LibvirtWatch::isConnected);
    loop.close();
  }

  @Test
  void whatHappensToADomainIsTold() throws LibvirtException {
    LibvirtWatch watch = begin(LibvirtPlace.at(TEST_DRIVER), Interest.ALL);
    watch.seek();
    await("found").untilAsserted(() -> assertThat(told).containsExactly(runs()));
    assertThat(watch.isConnected()).isTrue();

    suspendAndResume();
    await("told")
        .untilAsserted(() -> assertThat(told).containsExactly(runs(), suspended(), runs()));
  }

  @Test
  void severalAreHeardAtATime() throws LibvirtException {
    List<LibvirtWatch> both =
        List.of(
            begin(LibvirtPlace.at(TEST_DRIVER), Interest.ALL),
            begin(LibvirtPlace.at(TEST_DRIVER), Interest.only(DOMAIN)));
    both.forEach(LibvirtWatch::seek);
    await("found").untilAsserted(() -> assertThat(told).containsExactly(runs(), runs()));

    suspendAndResume();
    await("told").untilAsserted(() -> assertThat(told).filteredOn(suspended()::equals).hasSize(2));
  }

  @Test
  void ofOtherDomainsNothingIsBelieved() throws LibvirtException {
    LibvirtWatch ofOther = begin(LibvirtPlace.at(TEST_DRIVER), Interest.only("shop_db"));
    ofOther.seek();
    await("connected").until(ofOther::isConnected);
    LibvirtWatch ofThis = begin(LibvirtPlace.at(TEST_DRIVER), Interest.only(DOMAIN));
    ofThis.seek();
    await("found").untilAsserted(() -> assertThat(told).containsExactly(runs()));

    suspendAndResume();
    await("told")
        .untilAsserted(() -> assertThat(told).containsExactly(runs(), suspended(), runs()));
  }

  @Test
  void oneThatTellsTooMuchIsCutAndConnectedAnew() throws LibvirtException {
    AtomicInteger connections = new AtomicInteger();
    LibvirtPlace counting =
        () -> {
          connections.incrementAndGet();
          return LibvirtPlace.at(TEST_DRIVER).find();
        };
    LibvirtWatch watch = begin(counting, new Interest(Optional.of(DOMAIN), 1));
    watch.seek();
    await("connected").until(watch::isConnected);

    suspendAndResume();
    await("connected anew").until(() -> connections.get() > 1 && watch.isConnected());
  }

  @Test
  void nothingIsAskedForBeforeItIsSought() {
    LibvirtWatch watch = begin(LibvirtPlace.at(TEST_DRIVER), Interest.ALL);

    assertThat(watch.isConnected()).isFalse();
  }

  @Test
  void aLibvirtThatIsNotThereIsNoFault() {
    AtomicInteger asked = new AtomicInteger();
    LibvirtPlace late =
        () -> {
          return switch (asked.getAndIncrement()) {
            case 0 -> Optional.empty();
            case 1 -> throw new IOException("listens there but is not of pod");
            case 2 -> LibvirtPlace.at(socket("nothing")).find();
            default -> LibvirtPlace.at(TEST_DRIVER).find();
          };
        };
    LibvirtWatch watch = begin(late, Interest.ALL);
    watch.seek();

    await("it came").until(watch::isConnected);
  }

  @Test
  void oneThatHangsHoldsUpNobody() throws IOException {
    LibvirtWatch hanging = begin(LibvirtPlace.at(socket("hangs")), Interest.ALL);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(folder.resolve("hangs")));
      hanging.seek();
      try (SocketChannel silent = listener.accept()) {
        assertThat(silent.isConnected()).isTrue();
        LibvirtWatch other = begin(LibvirtPlace.at(TEST_DRIVER), Interest.ALL);
        other.seek();

        await("the other is heard").untilAsserted(() -> assertThat(told).containsExactly(runs()));
        hanging.release();
        assertThat(hanging.isConnected()).isFalse();
      }
    }
    await("its socket is closed, its thread goes").until(() -> !hanging.isAlive());
  }

  private LibvirtWatch begin(LibvirtPlace place, Interest interest) {
    LibvirtWatch watch =
        new LibvirtWatch(
            "test", place, interest, loop, (domain, change) -> told.add(domain + " " + change));
    watches.add(watch);
    watch.start();
    return watch;
  }

  private String socket(String name) {
    return "qemu+unix:///session?socket=" + folder.resolve(name);
  }

  private static void suspendAndResume() throws LibvirtException {
    Domain domain = new Connect(TEST_DRIVER).domainLookupByName(DOMAIN);
    domain.suspend();
    domain.resume();
  }

  private static String runs() {
    return DOMAIN + " " + DomainChange.RUNS;
  }

  private static String suspended() {
    return DOMAIN + " " + DomainChange.SUSPENDED;
  }
}
