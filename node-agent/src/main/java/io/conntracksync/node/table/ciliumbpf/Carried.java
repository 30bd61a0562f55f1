package io.conntracksync.node.table.ciliumbpf;

import java.util.Optional;

/**
 * The value of an entry in terms that hold on every node and for every generation of Cilium: what
 * travels. Not carried: counters, times of reports, the interface index.
 *
 * @param leftMillis how long it lives unless a packet comes, 0 to 2³²-1
 * @param flags bits of {@link CtFlags#CARRIED}
 * @param transmitted TCP flags seen from the initiator
 * @param received TCP flags seen from the responder
 */
record Carried(
    long leftMillis,
    int flags,
    int transmitted,
    int received,
    Identity identity,
    Meaning meaning,
    Optional<NatAddress> nat) {
  static final long MOST_MILLIS = 0xffff_ffffL;

  Carried withLeftMillis(long millis) {
    return new Carried(millis, flags, transmitted, received, identity, meaning, nat);
  }

  boolean isProxied() {
    return (flags & CtFlags.PROXIED) != 0;
  }

  /** What cannot be of such an entry is refused as malformed. */
  Carried checkedFor(CtKey key) throws RefusedEntryException {
    require((flags & ~CtFlags.CARRIED) == 0, "a flag that is not carried");
    require(
        identity.scope() == Identity.Scope.NODE
            ? identity.number() == 0
            : !Identity.isOfNode(identity.number()),
        "an identity of the source node");
    require(meaning.backend().isEmpty() || key.isService(), "a backend without a service");
    boolean named = meaning.service().isPresent() && meaning.backend().isPresent();
    require(
        meaning.names() == Meaning.Names.COMPLETE
            ? !key.isService() || named
            : meaning.service().isEmpty() && meaning.backend().isEmpty(),
        "names that are lost in part");
    require(nat.isEmpty() || key.isOut(), "a NAT address where none can be");
    require(nat.isEmpty() || nat.get().port() != 0, "a NAT address without a port");
    require((flags & CtFlags.DSR) == 0 || nat.isPresent(), "a frontend without its address");
    return this;
  }

  private static void require(boolean condition, String otherwise) throws RefusedEntryException {
    if (!condition) {
      throw RefusedEntryException.malformed(otherwise);
    }
  }
}
