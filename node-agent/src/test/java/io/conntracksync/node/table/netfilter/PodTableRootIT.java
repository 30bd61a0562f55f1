package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.JoinedTables;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables of a pod with masquerade and of its node, in the kernel. */
class PodTableRootIT {
  private static final String VM = "10.30.0.100";
  private static final String VM6 = "fd00:30::100";
  private static final Set<InetAddress> ADDRESSES = Set.of(Flows.address(VM), Flows.address(VM6));
  private static final Duration LONG = Duration.ofSeconds(20);

  /** As a sync's admission: one end has to be the VM's. */
  private static final Admission OF_THE_VM =
      ends ->
          ADDRESSES.contains(ends.initiator()) || ADDRESSES.contains(ends.responder())
              ? Optional.empty()
              : Optional.of(RefusalReason.FOREIGN_ADDRESS);

  private TestNamespace node;
  private TestNamespace pod;
  private TestNamespace otherNode;
  private TestNamespace otherPod;

  @BeforeEach
  void makeNamespaces() {
    node = TestNamespace.tracking("ptnode");
    pod = TestNamespace.tracking("ptpod");
    otherNode = TestNamespace.tracking("ptnode2");
    otherPod = TestNamespace.tracking("ptpod2");
  }

  @AfterEach
  void removeNamespaces() {
    List.of(node, pod, otherNode, otherPod).forEach(TestNamespace::close);
  }

  @Test
  void thePodsTableShowsWhatIsTranslatedForTheVm() throws IOException {
    fill(pod);
    ownFlows(pod);

    try (NetfilterTable table = NetfilterTable.ofPod(pod.open())) {
      assertThat(snapshot(table)).hasSize(4);
    }
    try (NetfilterTable asANodes = pod.table()) {
      // Nothing but the launcher's own: behind translation the VM's address is no end.
      assertThat(snapshot(asANodes)).hasSize(1);
    }
  }

  @Test
  void anotherPodGetsTheSameTranslations() throws IOException {
    fill(pod);

    try (NetfilterTable from = NetfilterTable.ofPod(pod.open());
        NetfilterTable to = NetfilterTable.ofPod(otherPod.open())) {
      Applied applied = to.apply(snapshot(from), OF_THE_VM);

      assertThat(applied.created()).hasSize(4);
      assertThat(applied.refused()).isEmpty();
      assertThat(otherPod.listing()).isEqualTo(pod.listing()).hasSize(4);
      assertThat(to.remove(applied.created())).isEqualTo(4);
      assertThat(otherPod.listing()).isEmpty();
    }
  }

  @Test
  void aPodTakesNoEntryWithoutTheVmsAddress() throws IOException {
    insert(pod, "-s", "198.51.100.9", "-d", "10.30.0.77", "-g", "10.0.2.2", "--sport", "40001");
    List<Entry> foreign;
    try (NetfilterTable from = NetfilterTable.ofPod(pod.open())) {
      foreign = new ArrayList<>();
      from.snapshot(Set.of(Flows.address("10.30.0.77")), foreign::addAll);
    }

    try (NetfilterTable to = NetfilterTable.ofPod(otherPod.open())) {
      Applied applied = to.apply(foreign, OF_THE_VM);

      assertThat(foreign).hasSize(1);
      assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.FOREIGN_ADDRESS, 1));
      assertThat(otherPod.listing()).isEmpty();
    }
  }

  @Test
  void aNodeTakesNoEntryThatIsForAPod() throws IOException {
    fill(pod);

    try (NetfilterTable from = NetfilterTable.ofPod(pod.open());
        NetfilterTable to = otherNode.table()) {
      Applied applied = to.apply(snapshot(from), OF_THE_VM);

      // Where the VM is not the real end it may not stand in a table that others share. Those that
      // it opened end, seen from a node, at the guest's internal address.
      assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.FOREIGN_ADDRESS, 4));
    }
  }

  @Test
  void aSyncFollowsBothTables() throws IOException {
    fill(pod);
    insert(node, "-s", "198.51.100.9", "-d", VM, "--sport", "40000");
    try (NetfilterTable nodeTable = node.table();
        NetfilterTable otherNodeTable = otherNode.table();
        JoinedTables source = joined(nodeTable, pod);
        JoinedTables target = joined(otherNodeTable, otherPod);
        Changes changes = source.changes(ADDRESSES)) {
      List<Entry> first = new ArrayList<>();
      source.snapshot(ADDRESSES, first::addAll);
      assertThat(target.apply(first, OF_THE_VM).created()).hasSize(5);

      insert(pod, "-s", "198.51.100.9", "-d", VM, "-g", "10.0.2.2", "--sport", "40002");
      Delta told = (Delta) changes.await(LONG);
      assertThat(target.apply(told.upserts(), OF_THE_VM).created()).hasSize(1);
      assertThat(otherPod.listing()).isEqualTo(pod.listing()).hasSize(5);

      pod.exec("conntrack", "-D", "-p", "tcp", "--orig-port-src", "40002");
      Delta gone = (Delta) changes.await(LONG);
      assertThat(target.remove(gone.removed())).isEqualTo(1);
      assertThat(otherPod.listing()).isEqualTo(pod.listing()).hasSize(4);
      assertThat(otherNode.listing()).isEqualTo(node.listing()).hasSize(1);
    }
  }

  private static JoinedTables joined(NetfilterTable node, TestNamespace pod) {
    return new JoinedTables(
        node,
        () -> {
          try {
            return Optional.of(NetfilterTable.ofPod(pod.open()));
          } catch (TableException e) {
            throw e;
          } catch (IOException e) {
            throw new TableException("no pod", e);
          }
        });
  }

  private static List<Entry> snapshot(NetfilterTable table) throws IOException {
    List<Entry> all = new ArrayList<>();
    table.snapshot(ADDRESSES, all::addAll);
    return all;
  }

  /** A flow to the guest and one from it, in both families, translated as masquerade does. */
  private static void fill(TestNamespace pod) {
    insert(pod, "-s", "198.51.100.9", "-d", VM, "-g", "10.0.2.2", "--sport", "40000");
    insert(pod, "-s", "10.0.2.2", "-d", "198.51.100.9", "-n", VM, "--sport", "50000");
    insert(pod, "-s", "2001:db8::9", "-d", VM6, "-g", "fd10:0:2::2", "--sport", "40000");
    insert(pod, "-s", "fd10:0:2::2", "-d", "2001:db8::9", "-n", VM6, "--sport", "50000");
  }

  /** What else a pod's table holds: the launcher's own flow, and one that stays inside. */
  private static void ownFlows(TestNamespace pod) {
    insert(pod, "-s", VM, "-d", "198.51.100.20", "--sport", "51000");
    insert(pod, "-s", "10.0.2.2", "-d", "10.0.2.1", "--sport", "52000");
  }

  private static void insert(TestNamespace where, String... what) {
    List<String> words = new ArrayList<>(List.of("conntrack", "-I", "-p", "tcp", "--dport", "7"));
    words.addAll(List.of("--state", "ESTABLISHED", "-u", "ASSURED", "-t", "600"));
    words.addAll(List.of(what));
    where.exec(words.toArray(String[]::new));
  }
}
