package io.conntracksync.node.table.netfilter;

import java.util.Objects;

/**
 * The only place that writes a DELETE. The kernel takes a DELETE without a tuple for "empty the
 * table", and one with a filter removes, for IPv6, everything except what matches. So it always
 * names one entry by its whole original tuple, its zone and its kernel id, and there is no filter.
 */
final class DeleteRequest {
  private DeleteRequest() {}

  static void write(RequestBatch batch, Tracked entry) {
    FlowId id = entry.flow().id();
    requireComplete(id.original());
    AttributeWriter out =
        batch.begin(
            Nfnetlink.CT_DELETE, Nfnetlink.REQUEST, id.family().number(), Nfnetlink.VERSION_1);
    FlowWriter.writeIdentity(out, id);
    out.u32(Cta.ID, entry.kernelId());
    batch.end();
  }

  private static void requireComplete(Tuple tuple) {
    Objects.requireNonNull(tuple.source(), "a DELETE without a source would hit other entries");
    Objects.requireNonNull(
        tuple.destination(), "a DELETE without a destination hits other entries");
    boolean ports = tuple.transport() instanceof Transport.Ports;
    boolean icmp = tuple.transport() instanceof Transport.Icmp;
    if (ports != Protocol.hasPorts(tuple.protocol()) || icmp != Protocol.isIcmp(tuple.protocol())) {
      throw new IllegalArgumentException(
          "a DELETE of protocol " + tuple.protocol() + " with " + tuple.transport());
    }
  }
}
