package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The requests as ctnetlink messages, one at a time or many in one datagram. */
final class KernelEntryRequests implements EntryRequests {
  private static final int CREATE = Nfnetlink.REQUEST | Nfnetlink.CREATE | Nfnetlink.EXCL;

  private final NetlinkChannel channel;

  KernelEntryRequests(NetlinkChannel channel) {
    this.channel = channel;
  }

  @Override
  public Answers create(List<Candidate> candidates) throws TableException {
    RequestBatch batch = channel.requests();
    for (Candidate candidate : candidates) {
      Flow flow = candidate.flow();
      FlowWriter.writeNew(
          batch.begin(Nfnetlink.CT_NEW, CREATE, flow.id().family()),
          flow,
          FlowWriter.Windows.FORGIVING);
      batch.end();
    }
    return channel.exchange(message -> {});
  }

  @Override
  public int update(Flow flow, Flow existing) throws TableException {
    return change(flow, existing, FlowWriter.Windows.FORGIVING);
  }

  @Override
  public int recreate(Flow flow) throws TableException {
    RequestBatch batch = channel.requests();
    FlowWriter.writeNew(
        batch.begin(Nfnetlink.CT_NEW, CREATE, flow.id().family()),
        flow,
        FlowWriter.Windows.AS_THEY_WERE);
    batch.end();
    return channel.exchange(message -> {}).errno(0);
  }

  @Override
  public int revert(Flow flow, Flow existing) throws TableException {
    return change(flow, existing, FlowWriter.Windows.AS_THEY_WERE);
  }

  private int change(Flow flow, Flow existing, FlowWriter.Windows windows) throws TableException {
    RequestBatch batch = channel.requests();
    FlowWriter.writeChanges(
        batch.begin(Nfnetlink.CT_NEW, Nfnetlink.REQUEST, flow.id().family()),
        flow,
        existing,
        windows);
    batch.end();
    return channel.exchange(message -> {}).errno(0);
  }

  @Override
  public Optional<Tracked> inTheWayOf(Flow flow) throws TableException {
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
    List<Tracked> found = new ArrayList<>();
    var unused = read(found);
    return found.stream().findFirst();
  }

  @Override
  public List<Tracked> get(List<FlowId> ids) throws TableException {
    name(Nfnetlink.CT_GET, ids);
    List<Tracked> found = new ArrayList<>();
    Answers answers = read(found);
    // Without its answer an entry would be taken for gone, and would stay.
    for (int i = 0; i < ids.size(); i++) {
      if (answers.errno(i) == Answers.UNANSWERED) {
        NetlinkChannel.requireSuccess(Answers.UNANSWERED, "get");
      }
    }
    return found;
  }

  @Override
  public void touch(List<FlowId> ids) throws TableException {
    name(Nfnetlink.CT_NEW, ids);
    var unused = channel.exchange(message -> {});
  }

  /** Requests of this type that say which entries are meant, and nothing else. */
  private void name(int type, List<FlowId> ids) {
    RequestBatch batch = channel.requests();
    for (FlowId id : ids) {
      FlowWriter.writeIdentity(batch.begin(type, Nfnetlink.REQUEST, id.family()), id);
      batch.end();
    }
  }

  private Answers read(List<Tracked> found) throws TableException {
    return channel.exchange(
        message -> {
          if (message.type() == Nfnetlink.CT_NEW) {
            read(message).ifPresent(found::add);
          }
        });
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

  @Override
  public Answers delete(List<Tracked> entries) throws TableException {
    RequestBatch batch = channel.requests();
    for (Tracked entry : entries) {
      DeleteRequest.write(batch, entry);
    }
    return channel.exchange(message -> {});
  }
}
