package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Any flow that the rules allow, from a seeded source. */
final class RandomFlows {
  private static final List<Integer> WITH_PORTS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.GRE, Protocol.SCTP, Protocol.UDP_LITE);

  private final RandomGenerator random;

  RandomFlows(RandomGenerator random) {
    this.random = random;
  }

  Flow next() {
    Family family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
    Tuple original = tuple(family, protocol());
    int status = random.nextInt() & Status.CARRIED;
    return new Flow(
        new FlowId(family, zones(), original),
        tuple(family, original.protocol()),
        status,
        random.nextInt(Integer.MAX_VALUE),
        random.nextInt(),
        state(original.protocol()),
        sometimes() ? new Labels(random.nextLong(), random.nextLong()) : Labels.NONE,
        new Corrections(adjustment(), adjustment(), synproxy()),
        new Ties(
            sometimes() ? Optional.of("sip-5060") : Optional.empty(),
            sometimes() ? Optional.of(tuple(family, protocol())) : Optional.empty()));
  }

  private boolean sometimes() {
    return random.nextInt(3) == 0;
  }

  private int protocol() {
    return switch (random.nextInt(4)) {
      case 0 -> Protocol.ICMP;
      case 1 -> 50;
      default -> WITH_PORTS.get(random.nextInt(WITH_PORTS.size()));
    };
  }

  private Zones zones() {
    int zone = random.nextInt(1 << 16);
    return switch (random.nextInt(4)) {
      case 0 -> new Zones(zone, zone);
      case 1 -> new Zones(zone, 0);
      case 2 -> new Zones(0, zone);
      default -> Zones.DEFAULT;
    };
  }

  private Tuple tuple(Family family, int protocol) {
    boolean icmp = protocol == Protocol.ICMP;
    int number = icmp && family == Family.IPV6 ? Protocol.ICMPV6 : protocol;
    return new Tuple(address(family), address(family), number, transport(family, number));
  }

  private Transport transport(Family family, int protocol) {
    if (Protocol.hasPorts(protocol)) {
      return new Transport.Ports(random.nextInt(1 << 16), random.nextInt(1 << 16));
    }
    if (Protocol.isIcmp(protocol)) {
      int type = family == Family.IPV4 ? 13 + random.nextInt(6) : 128 + random.nextInt(2);
      return new Transport.Icmp(random.nextInt(1 << 16), type, random.nextInt(256));
    }
    return new Transport.Nothing();
  }

  private InetAddress address(Family family) {
    byte[] bytes = new byte[family.addressLength()];
    random.nextBytes(bytes);
    try {
      return family.address(bytes);
    } catch (RefusedEntryException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProtocolState state(int protocol) {
    if (protocol == Protocol.TCP) {
      return new ProtocolState.Tcp(random.nextInt(10), side(), side());
    }
    return protocol == Protocol.SCTP && sometimes()
        ? new ProtocolState.Sctp(random.nextInt(10), random.nextInt(), random.nextInt())
        : new ProtocolState.Stateless();
  }

  private ProtocolState.Side side() {
    return new ProtocolState.Side(
        random.nextInt(15), random.nextInt() & ProtocolState.Side.CARRIED);
  }

  private SequenceAdjustment adjustment() {
    return sometimes()
        ? new SequenceAdjustment(random.nextInt(), random.nextInt(), random.nextInt())
        : SequenceAdjustment.NONE;
  }

  private Synproxy synproxy() {
    return sometimes()
        ? new Synproxy(random.nextInt(), random.nextInt(), random.nextInt())
        : Synproxy.NONE;
  }
}
