package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowReaderTest {
  private static final Tuple UDP = Flows.udp("10.30.0.100", 5000, "192.0.2.9", 53);
  private static final Tuple TCP = Flows.tcp("10.30.0.100", 40000, "192.0.2.9", 443);

  @Test
  void readsWhatTheKernelDumps() throws RefusedEntryException {
    KernelMessages messages = new KernelMessages();
    messages.over(Golden.message("kernel-dump"));
    List<Tracked> entries = new ArrayList<>();

    while (messages.next()) {
      entries.add(FlowReader.read(Family.ofNumber(messages.family()), messages.attributes()));
    }

    assertThat(entries).extracting(Tracked::kernelId).doesNotHaveDuplicates().hasSize(3);
    assertThat(entries.get(0).flow())
        .isEqualTo(
            new Flow(
                new FlowId(Family.IPV4, new Zones(7, 7), UDP),
                Flows.udp("192.0.2.9", 53, "203.0.113.5", 6000),
                Status.SEEN_REPLY | Status.SRC_NAT,
                59,
                0,
                new ProtocolState.Stateless(),
                Labels.NONE,
                Corrections.NONE,
                Ties.NONE));
    assertThat(entries.get(1).flow())
        .isEqualTo(
            new Flow(
                new FlowId(Family.IPV4, Zones.DEFAULT, TCP),
                TCP.inverse(),
                Status.SEEN_REPLY | Status.ASSURED,
                3599,
                7,
                new ProtocolState.Tcp(
                    ProtocolState.Tcp.ESTABLISHED,
                    new ProtocolState.Side(0, 0x0a),
                    new ProtocolState.Side(0, 0x0a)),
                Labels.NONE,
                Corrections.NONE,
                Ties.NONE));
    Tuple echo = entries.get(2).flow().id().original();
    assertThat(echo.transport()).isEqualTo(new Transport.Icmp(77, 128, 0));
    assertThat(echo.source()).isEqualTo(Flows.address("fd00::1"));
  }

  @Test
  void readsWhatConntrackSends() throws RefusedEntryException {
    Flow tcp = Golden.read(Golden.message("conntrack-create-tcp")).flow();
    Flow sctp = Golden.read(Golden.message("conntrack-create-sctp")).flow();
    Flow icmpv6 = Golden.read(Golden.message("conntrack-create-icmpv6")).flow();

    assertThat(tcp.id().original()).isEqualTo(TCP);
    assertThat(tcp.mark()).isEqualTo(7);
    assertThat(sctp.state()).isEqualTo(new ProtocolState.Sctp(4, 0x11000000, 0x12000000));
    assertThat(icmpv6.reply()).isEqualTo(icmpv6.id().original().inverse());
  }

  /** An entry in a flow table has neither timeout nor TCP state; it is established. */
  @Test
  void anOffloadedConnectionIsTakenForEstablished() throws RefusedEntryException {
    ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
    AttributeWriter writer = new AttributeWriter(out);
    TupleAttributes.write(writer, Cta.TUPLE_ORIG, Family.IPV4, TCP, 0);
    TupleAttributes.write(writer, Cta.TUPLE_REPLY, Family.IPV4, TCP.inverse(), 0);
    writer.u32(Cta.STATUS, Status.OFFLOAD | Status.CONFIRMED | Status.ASSURED);
    AttributeReader in = new AttributeReader();
    in.over(out, 0, out.position());

    Flow flow = FlowReader.read(Family.IPV4, in).flow();

    assertThat(flow.timeoutSeconds()).isPositive();
    assertThat(flow.state())
        .isEqualTo(
            new ProtocolState.Tcp(
                ProtocolState.Tcp.ESTABLISHED,
                ProtocolState.Side.UNKNOWN,
                ProtocolState.Side.UNKNOWN));
  }

  /** Any datagram is read to its end or refused: no other exception, no endless loop. */
  @Test
  void anyDamagedDatagramIsReadOrRefused() {
    long seed = 7;
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer datagram = Golden.message("kernel-dump");
      for (int i = random.nextInt(4); i >= 0; i--) {
        datagram.put(random.nextInt(datagram.limit()), (byte) random.nextInt());
      }
      datagram.limit(random.nextInt(4) == 0 ? random.nextInt(datagram.limit()) : datagram.limit());
      KernelMessages messages = new KernelMessages();
      messages.over(datagram);
      try {
        AddressMatch match =
            new AddressMatch(
                Family.IPV4, VmAddress.REAL_END, List.of(Flows.address("10.30.0.100")));
        while (messages.next()) {
          var unusedMatch = match.matches(messages);
          var unused = FlowReader.read(Family.ofNumber(messages.family()), messages.attributes());
        }
      } catch (RefusedEntryException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }
}
