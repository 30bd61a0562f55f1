package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Jiffies;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries from one node to another: other ids, other clock, other version. */
class CarryTest {
  private static final Admission ADMIT_ALL = ends -> Optional.empty();
  private static final ServiceName SERVICE =
      new ServiceName(Bytes.address("10.96.0.10"), 80, Protocol.TCP, ServiceName.EXTERNAL);
  private static final BackendName BACKEND =
      new BackendName(Bytes.address("10.244.2.20"), 8080, Protocol.TCP, 0);
  private static final int TARGET_NOW = 500;

  private final FakeIds source =
      new FakeIds().service(SERVICE, 5, IdLookup.Delivery.BACKENDS).backend(BACKEND, 37);
  private final FakeIds target =
      new FakeIds()
          .service(SERVICE, 0x1234, IdLookup.Delivery.BACKENDS)
          .backend(BACKEND, 99)
          .identity(Bytes.address("198.51.100.7"), 0x01000077);
  private final CiliumNode newest = new CiliumNode(Generation.V1_19, new Ktime());
  private final Tally tally = new Tally();

  @BeforeEach
  void examplesAreOfALittleEndianMachine() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void aPlainEntryGetsTheTargetsTimeAndNoReports() throws TableException {
    CtImport.Write write = carried(Examples.OUT);

    assertThat(write.key()).isEqualTo(Examples.OUT.key());
    // 500 + 8000 seconds.
    assertThat(Bytes.hex(write.value().encode()))
        .isEqualTo("0".repeat(64) + "34210000100000000000" + "1a1ad2040000" + "0".repeat(16));
  }

  @Test
  void anIpv6EntryIsCarriedAlike() throws TableException {
    assertThat(carried(Examples.OUT6).value()).isEqualTo(carried(Examples.OUT).value());
  }

  @Test
  void theTargetsIdsTakeThePlaceOfTheSources() throws TableException {
    assertThat(carried(Examples.SERVICE).value().revNat()).isEqualTo(0x1234);
    assertThat(carried(Examples.SERVICE).value().second()).isEqualTo(99);
    assertThat(carried(Examples.TO_BACKEND).value().revNat()).isEqualTo(0x1234);
    assertThat(carried(Examples.TO_BACKEND).value().second()).isZero();
  }

  @Test
  void anIdentityOfTheSourceNodeIsLookedUpAgain() throws TableException {
    assertThat(carried(Examples.IN).value().identity()).isEqualTo(0x01000077);

    FoundEntry other =
        new FoundEntry(Bytes.key("c6336408 0af4010a 0016 c738 06 01"), Examples.IN.value());

    assertThat(carried(other).value().identity()).isEqualTo(Identity.WORLD);
  }

  @Test
  void aServiceThatOneSideDoesNotKnowIsRefused() throws TableException {
    List<Entry> named = export(newest, source, Examples.SERVICE, Examples.TO_BACKEND);
    List<Entry> unnamed =
        export(newest, new FakeIds(), Examples.SERVICE, Examples.TO_BACKEND, Examples.OUT);

    assertThat(plan(newest, new FakeIds(), named)).isEmpty();
    assertThat(plan(newest, target, unnamed)).hasSize(1);
    assertThat(tally.applied().refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 4));
  }

  @Test
  void aBackendThatTheTargetDoesNotKnowIsRefused() throws TableException {
    FakeIds without = new FakeIds().service(SERVICE, 7, IdLookup.Delivery.BACKENDS);

    assertThat(plan(newest, without, export(newest, source, Examples.SERVICE))).isEmpty();
    assertThat(tally.applied().refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 1));
  }

  @Test
  void aProxysHalfIsRefused() throws TableException {
    FoundEntry redirected = with(Examples.OUT, CtFlags.PROXY_REDIRECT | CtFlags.SEEN_NON_SYN);
    FakeIds toProxy =
        new FakeIds().service(SERVICE, 7, IdLookup.Delivery.PROXY).backend(BACKEND, 1);

    assertThat(plan(newest, target, export(newest, source, redirected))).isEmpty();
    assertThat(plan(newest, toProxy, export(newest, source, Examples.TO_BACKEND))).isEmpty();
    assertThat(tally.applied().refused()).isEqualTo(Map.of(RefusalReason.PROXIED, 2));
  }

  @Test
  void whoIsNotAdmittedIsNotPlanned() throws TableException {
    Admission onlyTheVmsOwn =
        (FlowEnds ends) ->
            ends.initiator().equals(Bytes.address("10.244.1.10"))
                ? Optional.empty()
                : Optional.of(RefusalReason.FOREIGN_ADDRESS);

    Map<?, ?> planned =
        new CtImport(newest, TARGET_NOW, target, onlyTheVmsOwn, tally)
            .plan(export(newest, source, Examples.OUT, Examples.IN, Examples.SERVICE));

    assertThat(planned).hasSize(2);
    assertThat(tally.applied().refused()).isEqualTo(Map.of(RefusalReason.FOREIGN_ADDRESS, 1));
  }

  @Test
  void aFrontendMovesBetweenVersionsThatHoldIt() throws TableException {
    CtValue arrived = carried(Examples.FRONTEND).value();

    assertThat(Bytes.hex(arrived.encode()))
        .startsWith("000000000000000000000000ac120003")
        .contains("7580");
    assertThat(arrived.flags() & CtFlags.DSR).isNotZero();
    CiliumNode older = new CiliumNode(Generation.V1_18, new Ktime());
    assertThat(plan(older, target, export(newest, source, Examples.FRONTEND))).isEmpty();
    assertThat(tally.applied().refused()).isEqualTo(Map.of(RefusalReason.UNSUPPORTED, 1));
  }

  /** Up to 1.17 the port's place holds an interface index, and the address's place counters. */
  @Test
  void countersAndInterfacesOfOldVersionsNeverBecomeAnAddress() throws TableException {
    CtValue old =
        Bytes.value(
            "0100000000000000 0200000000000000 0300000000000000 0400000000000000",
            "e0a50100 1000 0000 0700 1a 1a d2040000 9d860100 9d860100");
    for (Generation generation : List.of(Generation.V1_15, Generation.V1_16, Generation.V1_18)) {
      CiliumNode node = new CiliumNode(generation, new Ktime());

      List<Entry> entries = export(node, source, new FoundEntry(Examples.OUT.key(), old));

      assertThat(plan(newest, target, entries).get(0).value())
          .isEqualTo(carried(Examples.OUT).value());
    }
  }

  @Test
  void everyGenerationTakesWhatEveryOtherSends() throws TableException {
    FoundEntry[] all = {Examples.OUT, Examples.IN, Examples.SERVICE, Examples.TO_BACKEND};
    for (Generation from : Generation.values()) {
      for (Generation to : Generation.values()) {
        List<Entry> entries = export(new CiliumNode(from, new Ktime()), source, all);

        assertThat(plan(new CiliumNode(to, new Jiffies(250)), target, entries))
            .as("%s to %s", from, to)
            .hasSize(all.length)
            // 8000 s are 7812.5 units of 1.024 s.
            .allSatisfy(write -> assertThat(write.value().lifetime()).isEqualTo(TARGET_NOW + 7813));
      }
    }
  }

  /** Through all of it: the source's units, what travels, the target's units. */
  @Test
  void everyClockTakesTheTimeLeftOfEveryOther() throws TableException {
    List<ClockSource> clocks =
        List.of(new Ktime(), new Jiffies(100), new Jiffies(250), new Jiffies(1000));
    for (ClockSource from : clocks) {
      for (ClockSource to : clocks) {
        for (int left : List.of(300, 1000, 8000, 31_250)) {
          byte[] value = Examples.OUT.value().encode();
          ByteBuffer.wrap(value)
              .order(ByteOrder.nativeOrder())
              .putInt(CtValue.LIFETIME, Examples.NOW + left);
          FoundEntry entry = new FoundEntry(Examples.OUT.key(), CtValue.decode(value));

          List<Entry> entries = export(new CiliumNode(Generation.V1_19, from), source, entry);
          CtImport.Write write = plan(new CiliumNode(Generation.V1_19, to), target, entries).get(0);

          double expected = (double) from.millis(left) / to.millis(1);
          double larger = Math.max(1, (double) from.millis(1) / to.millis(1));
          assertThat((double) write.value().lifetime() - TARGET_NOW)
              .as("%d units left, %s to %s", left, from, to)
              .isCloseTo(expected, within(1.5 * larger));
        }
      }
    }
  }

  @Test
  void whatIsOverStaysBehind() throws TableException {
    FoundEntry closed = with(Examples.OUT, CtFlags.CLOSED);
    FoundEntry expired =
        new FoundEntry(
            Examples.OUT.key(),
            Bytes.value("", "9f860100 1000 0000 0000 1a 1a d2040000 00000000 00000000"));

    assertThat(export(newest, source, closed, expired)).isEmpty();
  }

  @Test
  void aLivingConnectionSurvivesUntilItsNextPacket() throws TableException {
    FoundEntry nearlyOver =
        new FoundEntry(
            Examples.OUT.key(),
            Bytes.value("", "a5860100 1000 0000 0000 1a 1a d2040000 00000000 00000000"));
    FoundEntry closing =
        new FoundEntry(
            Examples.OUT.key(),
            Bytes.value("", "a5860100 1100 0000 0000 1a 1a d2040000 00000000 00000000"));

    assertThat(carried(nearlyOver).value().lifetime()).isEqualTo(TARGET_NOW + 30);
    assertThat(carried(closing).value().lifetime()).isEqualTo(TARGET_NOW + 5);
  }

  @Test
  void whatOnlyTheSourceNodeMeantIsLeftOut() throws TableException {
    int flags =
        CtFlags.SEEN_NON_SYN | CtFlags.NODE_PORT | CtFlags.NEED_DSR_INFO | CtFlags.DSR | 0xf200;

    assertThat(carried(with(Examples.IN, flags)).value().flags()).isEqualTo(CtFlags.SEEN_NON_SYN);
  }

  @Test
  void onlyTheTimeLeftIsNoChange() throws TableException {
    CarriedReader reader = new CarriedReader();
    CtExport later = new CtExport(newest, Examples.NOW + 100, source);
    Entry now = export(newest, source, Examples.SERVICE).get(0);
    Entry then = later.export(Examples.SERVICE.key(), Examples.SERVICE.value()).orElseThrow();
    Entry changed =
        export(newest, source, with(Examples.SERVICE, CtFlags.RX_CLOSING | CtFlags.SEEN_NON_SYN))
            .get(0);

    assertThat(reader.lifetime(now)).hasSeconds(8000);
    assertThat(reader.lifetime(then)).hasSeconds(7900);
    assertThat(reader.significant(then)).isEqualTo(reader.significant(now));
    assertThat(reader.significant(changed)).isNotEqualTo(reader.significant(now));
  }

  private CtImport.Write carried(FoundEntry entry) throws TableException {
    return plan(newest, target, export(newest, source, entry)).get(0);
  }

  private static List<Entry> export(CiliumNode node, IdNames names, FoundEntry... found)
      throws TableException {
    List<Entry> entries = new ArrayList<>();
    for (FoundEntry each : found) {
      new CtExport(node, Examples.NOW, names)
          .export(each.key(), each.value())
          .ifPresent(entries::add);
    }
    return entries;
  }

  private List<CtImport.Write> plan(CiliumNode node, IdLookup ids, List<Entry> entries)
      throws TableException {
    return List.copyOf(
        new CtImport(node, TARGET_NOW, ids, ADMIT_ALL, tally).plan(entries).values());
  }

  private static FoundEntry with(FoundEntry entry, int flags) {
    byte[] value = entry.value().encode();
    value[36] = (byte) flags;
    value[37] = (byte) (flags >> 8);
    return new FoundEntry(entry.key(), CtValue.decode(value));
  }
}
