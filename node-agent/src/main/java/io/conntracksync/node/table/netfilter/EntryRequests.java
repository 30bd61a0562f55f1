package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The requests about single entries, one at a time or many in one datagram. */
final class EntryRequests {
  private static final int CREATE = Nfnetlink.REQUEST | Nfnetlink.CREATE | Nfnetlink.EXCL;

  private final NetlinkChannel channel;

  EntryRequests(NetlinkChannel channel) {
    this.channel = channel;
  }

  /** Makes entries, none of which may be there; at most {@link RequestBatch#MAX_REQUESTS}. */
  Answers create(List<Candidate> candidates) throws TableException {
    RequestBatch batch = channel.requests();
    for (Candidate candidate : candidates) {
      Flow flow = candidate.flow();
      FlowWriter.writeNew(batch.begin(Nfnetlink.CT_NEW, CREATE, flow.id().family()), flow);
      batch.end();
    }
    return channel.exchange(message -> {});
  }

  /** Brings an entry up to date; the result is an error number as in {@link Answers#errno}. */
  int update(Flow flow, Flow existing) throws TableException {
    RequestBatch batch = channel.requests();
    FlowWriter.writeChanges(
        batch.begin(Nfnetlink.CT_NEW, Nfnetlink.REQUEST, flow.id().family()), flow, existing);
    batch.end();
    return channel.exchange(message -> {}).errno(0);
  }

  /** Which entry stands in the way: one that has the original or the reply tuple of this flow. */
  Optional<Tracked> inTheWayOf(Flow flow) throws TableException {
    Family family = flow.id().family();
    Optional<Tracked> byOriginal = get(family, out -> FlowWriter.writeIdentity(out, flow.id()));
    return byOriginal.isPresent()
        ? byOriginal
        : get(family, out -> FlowWriter.writeReply(out, flow));
  }

  private Optional<Tracked> get(Family family, Consumer<AttributeWriter> tuple)
      throws TableException {
    RequestBatch batch = channel.requests();
    tuple.accept(batch.begin(Nfnetlink.CT_GET, Nfnetlink.REQUEST, family));
    batch.end();
    return readEntries().stream().findFirst();
  }

  /**
   * The entries that these ids name, without those that are not there. The kernel finds an entry by
   * either of its tuples; one whose reply tuple is asked for comes too, and is for the caller to
   * tell apart. At most {@link RequestBatch#MAX_REQUESTS}.
   */
  List<Tracked> get(List<FlowId> ids) throws TableException {
    RequestBatch batch = channel.requests();
    for (FlowId id : ids) {
      FlowWriter.writeIdentity(batch.begin(Nfnetlink.CT_GET, Nfnetlink.REQUEST, id.family()), id);
      batch.end();
    }
    return readEntries();
  }

  private List<Tracked> readEntries() throws TableException {
    List<Tracked> found = new ArrayList<>();
    channel.exchange(
        message -> {
          if (message.type() == Nfnetlink.CT_NEW) {
            read(message).ifPresent(found::add);
          }
        });
    return found;
  }

  /** Empty for an entry of a kind that is not carried: it is none of ours, and stays. */
  private static Optional<Tracked> read(KernelMessages message) {
    try {
      Family family = Family.ofNumber(message.family());
      return Optional.of(FlowReader.read(family, message.attributes()));
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  /** Takes out these entries and no others; at most {@link RequestBatch#MAX_REQUESTS}. */
  Answers delete(List<Tracked> entries) throws TableException {
    RequestBatch batch = channel.requests();
    for (Tracked entry : entries) {
      DeleteRequest.write(batch, entry);
    }
    return channel.exchange(message -> {});
  }
}
