package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.PodReference;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncOrdersTest {
  private final SyncOrders orders = new SyncOrders(Duration.ofMillis(300));

  @Test
  void readsAllThatASessionNeeds() throws Exception {
    ConntrackSync sync = Syncs.pending();
    sync.setSpec(
        Syncs.spec(List.of("10.30.0.100", "fd00:30::100"), "guest", "1s", FailurePolicy.ABORT));

    SyncOrder order = orders.read(sync);

    assertThat(order.uid()).isEqualTo(Syncs.UID);
    assertThat(order.namespace()).isEqualTo("vms");
    assertThat(order.name()).isEqualTo("move-1");
    assertThat(order.domain()).isEqualTo("guest");
    assertThat(order.nodes()).isEqualTo(new SyncOrder.Nodes("n1", "n2"));
    assertThat(order.addresses())
        .containsExactlyInAnyOrder(
            InetAddress.getByName("10.30.0.100"), InetAddress.getByName("fd00:30::100"));
    assertThat(order.hookDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(order.switchoverDeadline()).isEqualTo(Duration.ofMillis(100));
    assertThat(order.deadlinePolicy()).isEqualTo(DeadlinePolicy.ABORT);
  }

  @Test
  void thePodsAreKnownByTheirUids() throws Exception {
    ConntrackSync sync = Syncs.pending();
    sync.setSpec(Syncs.withPods(new PodReference("a", "uid-a"), new PodReference("b", null)));

    assertThat(orders.read(sync).pods())
        .isEqualTo(new SyncOrder.Pods(Optional.of("uid-a"), Optional.empty()));
    assertThat(orders.read(Syncs.pending()).pods()).isEqualTo(SyncOrder.Pods.NONE);
  }

  @Test
  void theDomainIsNamedAsKubeVirtDoes() throws Exception {
    assertThat(orders.read(Syncs.pending()).domain()).isEqualTo("vms_vm");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "soon", "6s", "1h"})
  void aDeadlineThatCannotBeReadBecomesTheDefault(String text) throws Exception {
    ConntrackSync sync = Syncs.pending();
    sync.setSpec(Syncs.spec(List.of("10.30.0.100"), null, text, FailurePolicy.IGNORE));

    assertThat(orders.read(sync).hookDeadline()).isEqualTo(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"0s, 0", "40ms, 40", "1s, 1000", "-, 100", "soon, 100", "2s, 100"})
  void aSwitchoverDeadlineThatCannotBeReadIsTheSchemasDefault(String text, long millis)
      throws Exception {
    ConntrackSync sync = Syncs.pending();
    sync.setSpec(Syncs.withSwitchoverDeadline(text));

    assertThat(orders.read(sync).switchoverDeadline()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"IGNORE", "UNRECOGNISED"})
  void aPolicyThatIsNotAbortFailsOpen(String policy) throws Exception {
    ConntrackSync sync = Syncs.pending();
    FailurePolicy value = policy == null ? null : FailurePolicy.valueOf(policy);
    sync.setSpec(Syncs.spec(List.of("10.30.0.100"), null, "200ms", value));

    assertThat(orders.read(sync).deadlinePolicy()).isEqualTo(DeadlinePolicy.IGNORE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-            | spec.addresses is empty: name at least one address of the VM",
        "example.org  | spec.addresses has 'example.org', which is no IPv4 or IPv6 address",
        "10.1         | spec.addresses has '10.1', which is no IPv4 or IPv6 address",
        "10.1.2.256   | spec.addresses has '10.1.2.256', which is no IPv4 or IPv6 address",
        "fd00::1::2   | spec.addresses has 'fd00::1::2', which is no IPv4 or IPv6 address",
        "fe80::1%eth0 | spec.addresses has 'fe80::1%eth0', which is no IPv4 or IPv6 address",
      })
  void withoutAnAddressThereIsNoOrder(String address, String message) {
    ConntrackSync sync = Syncs.pending();
    List<String> addresses = address == null ? null : Arrays.asList("10.30.0.100", address);
    sync.setSpec(Syncs.spec(addresses, null, "200ms", FailurePolicy.IGNORE));

    assertThatThrownBy(() -> orders.read(sync))
        .isInstanceOf(SyncOrders.Unreadable.class)
        .hasMessage(message);
  }

  @Test
  void anAddressThatIsMissingInTheListIsRefused() {
    ConntrackSync sync = Syncs.pending();
    sync.setSpec(Syncs.spec(Arrays.asList((String) null), null, "200ms", FailurePolicy.IGNORE));

    assertThatThrownBy(() -> orders.read(sync)).isInstanceOf(SyncOrders.Unreadable.class);
  }

  @Test
  void withoutAUidOrASpecThereIsNoOrder() {
    ConntrackSync unnamed = Syncs.withUid(null);
    ConntrackSync empty = Syncs.pending();
    empty.setSpec(null);

    assertThatThrownBy(() -> orders.read(unnamed)).hasMessage("metadata.uid is missing");
    assertThatThrownBy(() -> orders.read(empty)).hasMessage("has no spec");
  }
}
