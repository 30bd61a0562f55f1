package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowWriterTest {
  private static final int CREATE = Nfnetlink.REQUEST | Nfnetlink.CREATE | Nfnetlink.EXCL;

  private static final Tuple TCP = Flows.tcp("10.30.0.100", 40000, "192.0.2.9", 443);
  private static final Tuple UDP = Flows.udp("10.30.0.100", 5000, "192.0.2.9", 53);

  private final RequestBatch batch = new RequestBatch().clear(1);

  @BeforeEach
  void goldenFilesAreOfALittleEndianMachine() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void writesAConnectionWithScalesAndLiberalOnBothSides() {
    create(Flows.of(TCP));

    assertThat(Golden.hex(batch.askForAnswer())).isEqualTo(Golden.hex("own-create-tcp"));
  }

  @Test
  void writesTheOriginalTupleAsConntrackDoes() {
    create(Flows.of(TCP));

    // Header of 20 bytes, then the tuple of 52.
    assertThat(Golden.hex(batch).substring(40, 144))
        .isEqualTo(Golden.hex("conntrack-create-tcp").substring(40, 144));
  }

  @Test
  void writesNatAsConntrackDoes() throws RefusedEntryException {
    Flow flow =
        Flows.of(
            UDP,
            Flows.udp("192.0.2.9", 53, "203.0.113.5", 6000),
            Status.SEEN_REPLY | Status.SRC_NAT);

    create(flow);

    String sent = Golden.hex("conntrack-create-udp-snat");
    String nat = sent.substring(sent.indexOf("20000680"), sent.indexOf("20000680") + 64);
    assertThat(Golden.hex(batch)).contains(nat);
    // The reply tuple goes untranslated: the kernel translates it when it reads the NAT.
    assertThat(Golden.read(batch.datagram()).flow().reply()).isEqualTo(UDP.inverse());
  }

  @Test
  void undoesOnlyTheTranslationThatTheEntryHas() {
    Tuple toPod = Flows.tcp("10.30.0.100", 40000, "10.96.0.1", 443);
    Tuple fromPod = Flows.tcp("10.40.0.7", 8443, "203.0.113.5", 1234);

    Flow both = Flows.of(toPod, fromPod, Status.SRC_NAT | Status.DST_NAT);
    Flow source = Flows.of(toPod, fromPod, Status.SRC_NAT);

    assertThat(both.replyBeforeNat()).isEqualTo(toPod.inverse());
    assertThat(source.replyBeforeNat())
        .isEqualTo(Flows.tcp("10.40.0.7", 8443, "10.30.0.100", 40000));
    assertThat(both.ends().responder()).isEqualTo(Flows.address("10.40.0.7"));
  }

  @Test
  void neverSendsAStatusThatTheKernelRefuses() throws RefusedEntryException {
    RandomFlows flows = new RandomFlows(new Random(1));
    for (int round = 0; round < 1000; round++) {
      batch.clear(1);
      create(flows.next());

      int status = Golden.read(batch.datagram()).kernelStatus();

      assertThat(status & Status.CONFIRMED).isNotZero();
      assertThat(status & ~(Status.SETTABLE | Status.CONFIRMED)).isZero();
    }
  }

  @Test
  void theLongestRequestsFillABatchWithoutOverflow() {
    RandomFlows flows = new RandomFlows(new Random(2));
    for (int i = 0; i < RequestBatch.MAX_REQUESTS; i++) {
      create(flows.next());
    }

    assertThat(batch.size()).isEqualTo(RequestBatch.MAX_REQUESTS);
    assertThatThrownBy(() -> create(Flows.of(TCP))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void asksForOnePlaceOfAnAddress() {
    DumpRequest.writeSource(batch, Cta.TUPLE_ORIG, Flows.address("10.30.0.100"));

    assertThat(Golden.hex(batch)).isEqualTo(Golden.hex("own-dump-orig-source"));
  }

  /** The kernel's IPv6 filter is inverted: it would show everybody's entries but the VM's. */
  @Test
  void neverFiltersIpv6InTheKernel() {
    assertThatThrownBy(
            () -> DumpRequest.writeSource(batch, Cta.TUPLE_ORIG, Flows.address("fd00::1")))
        .isInstanceOf(IllegalArgumentException.class);
    DumpRequest.writeAll(batch.clear(1), Family.IPV6);
    assertThat(Golden.hex(batch))
        .isEqualTo("14000000" + "01010103" + "0100000000000000" + "0a000000");
  }

  /** A DELETE without a tuple empties the table, one with a filter removes the wrong entries. */
  @Test
  void aDeleteAlwaysNamesOneEntryAndNeverAFilter() throws RefusedEntryException {
    RandomFlows flows = new RandomFlows(new Random(3));
    for (int round = 0; round < 1000; round++) {
      Flow flow = flows.next();
      batch.clear(1);

      DeleteRequest.write(batch, new Tracked(4711, 0, flow));

      ByteBuffer datagram = batch.datagram();
      assertThat(datagram.get(Nfnetlink.HEADER + 1)).isEqualTo((byte) Nfnetlink.VERSION_1);
      assertThat(types(datagram)).contains(Cta.TUPLE_ORIG, Cta.ID);
      assertThat(types(datagram)).doesNotContain(Cta.FILTER);
      AttributeReader in = attributes(datagram);
      assertThat(in.next()).isTrue();
      assertThat(TupleAttributes.read(in, flow.id().family()).tuple())
          .isEqualTo(flow.id().original());
    }
  }

  @Test
  void aDeleteOfAnIncompleteTupleIsRefused() {
    Flow whole = Flows.of(TCP);
    Tuple without =
        new Tuple(TCP.source(), TCP.destination(), Protocol.TCP, new Transport.Nothing());
    Flow incomplete = Flows.of(without, TCP.inverse(), 0);

    assertThatThrownBy(() -> DeleteRequest.write(batch, new Tracked(1, 0, incomplete)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DELETE of protocol 6");
    assertThat(batch.size()).as("nothing half-written is sent").isZero();
    DeleteRequest.write(batch, new Tracked(1, 0, whole));
    assertThat(batch.size()).isEqualTo(1);
  }

  @Test
  void anUpdateNeverClearsWhatTheKernelKeeps() throws RefusedEntryException {
    Flow wanted = Flows.of(UDP, UDP.inverse(), 0);
    Flow existing = Flows.of(UDP, UDP.inverse(), Status.CARRIED);

    FlowWriter.writeChanges(
        batch.begin(Nfnetlink.CT_NEW, Nfnetlink.REQUEST, Family.IPV4),
        wanted,
        existing,
        FlowWriter.Windows.FORGIVING);
    batch.end();

    assertThat(types(batch.datagram()))
        .as("a fixed timeout, the reply tuple and NAT cannot be changed")
        .containsExactlyInAnyOrder(Cta.TUPLE_ORIG, Cta.STATUS, Cta.MARK);
    assertThat(Golden.hex(batch)).contains("08000300" + "0000040e");
  }

  private void create(Flow flow) {
    FlowWriter.writeNew(
        batch.begin(Nfnetlink.CT_NEW, CREATE, flow.id().family()),
        flow,
        FlowWriter.Windows.FORGIVING);
    batch.end();
  }

  private static Set<Integer> types(ByteBuffer datagram) throws RefusedEntryException {
    Set<Integer> types = new HashSet<>();
    AttributeReader in = attributes(datagram);
    while (in.next()) {
      types.add(in.type());
    }
    return types;
  }

  private static AttributeReader attributes(ByteBuffer datagram) {
    AttributeReader in = new AttributeReader();
    in.over(datagram, Nfnetlink.HEADER + Nfnetlink.GENERAL_HEADER, datagram.limit());
    return in;
  }
}
