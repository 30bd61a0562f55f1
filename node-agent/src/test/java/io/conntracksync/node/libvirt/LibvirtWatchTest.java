package io.conntracksync.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.DomainChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

  private final List<String> told = new CopyOnWriteArrayList<>();
  private LibvirtWatch watch;

  @BeforeAll
  static void aClientLibraryIsThere() throws LibvirtException {
    try {
      LibvirtConnection.prepare();
    } catch (LinkageError e) {
      Assumptions.abort("libvirt.so.0 is not installed: " + e.getMessage());
    }
  }

  @AfterEach
  void close() {
    watch.close();
    assertThat(watch.isConnected()).isFalse();
  }

  @Test
  void whatHappensToADomainIsTold() throws LibvirtException {
    begin(TEST_DRIVER);
    watch.seek();
    await("found").untilAsserted(() -> assertThat(told).containsExactly(runs()));
    assertThat(watch.isConnected()).isTrue();

    Connect admin = new Connect(TEST_DRIVER);
    Domain domain = admin.domainLookupByName(DOMAIN);
    domain.suspend();
    domain.resume();
    await("told")
        .untilAsserted(
            () ->
                assertThat(told)
                    .containsExactly(runs(), DOMAIN + " " + DomainChange.SUSPENDED, runs()));
  }

  @Test
  void nothingIsAskedForBeforeItIsSought() {
    begin(TEST_DRIVER);

    assertThat(watch.isConnected()).isFalse();
  }

  @Test
  void aLibvirtThatIsNotThereIsNoFault() {
    begin("qemu+unix:///system?socket=/nonexistent/libvirt-sock");
    watch.seek();
    watch.seek();

    assertThat(watch.isConnected()).isFalse();
    assertThat(told).isEmpty();
  }

  private void begin(String uri) {
    watch = new LibvirtWatch(uri, (domain, change) -> told.add(domain + " " + change));
    watch.start();
  }

  private static String runs() {
    return DOMAIN + " " + DomainChange.RUNS;
  }
}
