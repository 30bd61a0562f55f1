package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Any key and any value that may travel under it, from a seeded source. */
final class RandomCarried {
  private static final List<Integer> KINDS =
      List.of(
          CtKey.OUT, CtKey.IN, CtKey.SERVICE, CtKey.OUT | CtKey.RELATED, CtKey.IN | CtKey.RELATED);

  private final RandomGenerator random;

  RandomCarried(RandomGenerator random) {
    this.random = random;
  }

  CtKey key() {
    Family family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
    int kind = KINDS.get(random.nextInt(KINDS.size()));
    boolean related = (kind & CtKey.RELATED) != 0;
    return new CtKey(
        address(family),
        address(family),
        random.nextInt(1 << 16),
        random.nextInt(1 << 16),
        related ? Protocol.ICMP : random.nextInt(256),
        kind);
  }

  Carried carriedUnder(CtKey key) {
    Optional<NatAddress> nat =
        key.isOut() && random.nextBoolean()
            ? Optional.of(new NatAddress(address(key.family()), 1 + random.nextInt(65535)))
            : Optional.empty();
    int flags = random.nextInt() & CtFlags.CARRIED & (nat.isEmpty() ? ~CtFlags.DSR : ~0);
    return new Carried(
        random.nextLong(Carried.MOST_MILLIS + 1),
        flags,
        random.nextInt(256),
        random.nextInt(256),
        Identity.of(random.nextInt()),
        meaning(key),
        nat);
  }

  private Meaning meaning(CtKey key) {
    if (random.nextInt(4) == 0) {
      return Meaning.LOST;
    }
    Optional<BackendName> backend =
        key.isService()
            ? Optional.of(
                new BackendName(address(key.family()), port(), random.nextInt(256), port()))
            : Optional.empty();
    boolean served = key.isService() || random.nextBoolean();
    return new Meaning(
        served
            ? Optional.of(
                new ServiceName(
                    address(key.family()), port(), random.nextInt(256), random.nextInt(2)))
            : Optional.empty(),
        backend,
        Meaning.Names.COMPLETE);
  }

  private int port() {
    return random.nextInt(1 << 16);
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
}
