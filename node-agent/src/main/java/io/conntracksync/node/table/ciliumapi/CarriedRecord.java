package io.conntracksync.node.table.ciliumapi;

import java.util.Optional;

/**
 * What of an entry means the same on another node, with what Cilium translates itself. Pure.
 *
 * @param backend for a service the id of the backend, which nobody translates; else 0
 * @param millisLeft the time left
 * @param bits of {@link FlowBits} and others
 * @param revNat the source's id of the service, 0 for none; the target's Cilium translates it
 * @param identity of the peer
 */
record CarriedRecord(
    RecordKey key,
    long backend,
    long millisLeft,
    int bits,
    int revNat,
    int txFlags,
    int rxFlags,
    int identity) {
  static final long MAX_MILLIS = 0xFFFF_FFFFL;

  /** As Cilium's garbage collector must not take it before the VM's first packet. */
  private static final long LEAST_MILLIS_OF_ESTABLISHED = 30_000;

  private static final int WORLD = 2;
  private static final int SCOPE_SHIFT = 24;
  private static final int SCOPE_CIDR = 1;
  private static final int SCOPE_REMOTE_NODE = 2;

  /**
   * What of this record is to be carried; empty for entries that are over, that end in a proxy of
   * this node, or that only the node has by which the flow entered the cluster.
   */
  static Optional<CarriedRecord> of(ApiRecord record, ClockUnit unit) {
    if (isOver(record) || isBound(record)) {
      return Optional.empty();
    }
    CarriedRecord here = here(record, unit);
    int bits = record.bits() & ~(FlowBits.NODE_PORT | FlowBits.NEED_DSR_INFO);
    return Optional.of(
        new CarriedRecord(
            here.key,
            here.backend,
            here.millisLeft,
            bits,
            here.revNat,
            here.txFlags,
            here.rxFlags,
            carriedIdentity(here.identity)));
  }

  /** The whole of what the node that has this record can be given back. */
  static CarriedRecord here(ApiRecord record, ClockUnit unit) {
    return new CarriedRecord(
        record.key(),
        record.key().isService() ? record.backend() : 0,
        Math.min(unit.toMillis(record.unitsLeft()), MAX_MILLIS),
        record.bits(),
        record.revNat(),
        record.txFlags(),
        record.rxFlags(),
        record.identity());
  }

  /** Whether the connection may go on, but only on the node that it is on. */
  static boolean isLost(ApiRecord record) {
    return isBound(record) && !isOver(record);
  }

  private static boolean isOver(ApiRecord record) {
    return FlowBits.allOf(record.bits(), FlowBits.RX_CLOSING | FlowBits.TX_CLOSING);
  }

  private static boolean isBound(ApiRecord record) {
    RecordKey key = record.key();
    boolean isEntryNode =
        !key.isIn() && !key.isService() && FlowBits.anyOf(record.bits(), FlowBits.NODE_PORT);
    return isEntryNode
        || FlowBits.anyOf(record.bits(), FlowBits.PROXY_REDIRECT | FlowBits.FROM_L7_BALANCER);
  }

  /** The record that the target's Cilium is given: reports and counters begin anew. */
  ApiRecord toRecord(ClockUnit unit) {
    return withMillis(importedMillis()).restored(unit);
  }

  /** The time that the entry is given on the target. */
  long importedMillis() {
    boolean isEstablished = FlowBits.anyOf(bits, FlowBits.SEEN_NON_SYN);
    return isEstablished ? Math.max(millisLeft, LEAST_MILLIS_OF_ESTABLISHED) : millisLeft;
  }

  CarriedRecord withMillis(long millis) {
    return new CarriedRecord(key, backend, millis, bits, revNat, txFlags, rxFlags, identity);
  }

  /** The record with exactly the time that it has: it was on this node before. */
  ApiRecord restored(ClockUnit unit) {
    return new ApiRecord(
        key,
        0,
        backend,
        0,
        0,
        unit.toUnits(millisLeft),
        bits,
        revNat,
        txFlags,
        rxFlags,
        identity,
        0,
        0);
  }

  /** Whether the id of a service must be translated for it, by a service's record beside it. */
  boolean needsService() {
    return revNat != 0 && !key.isService();
  }

  /** Whether this record can tell the target what that one's id means. */
  boolean explains(CarriedRecord other) {
    return key.isService() && revNat == other.revNat && key.isTcp() == other.key.isTcp();
  }

  /** Ids of address ranges and of nodes are given by each node; the datapath does not read them. */
  private static int carriedIdentity(int identity) {
    int scope = identity >>> SCOPE_SHIFT;
    return scope == SCOPE_CIDR || scope == SCOPE_REMOTE_NODE ? WORLD : identity;
  }
}
