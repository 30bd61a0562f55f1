package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries what they were before others were applied. The kernel changes most of an entry in
 * place; what it does not (it clears no status bit and no label) it is given as a new entry in the
 * place of the old one.
 */
final class FlowRestore {
  private static final Logger LOG = LoggerFactory.getLogger(FlowRestore.class);

  /** Packets may make the entry anew between its removal and its creation. */
  private static final int ATTEMPTS = 3;

  private final EntryRequests requests;

  FlowRestore(EntryRequests requests) {
    this.requests = requests;
  }

  /** A restoration as flows, with the time that has passed taken off. */
  private record Wanted(Flow former, Former.Fate fate, Optional<Flow> written) {}

  int restore(Collection<Restoration> restorations) throws TableException {
    Map<FlowId, Wanted> wanted = new HashMap<>();
    List<FlowId> ids = new ArrayList<>();
    for (Restoration restoration : restorations) {
      try {
        Wanted flows = decode(restoration);
        if (wanted.put(flows.former().id(), flows) == null) {
          ids.add(flows.former().id());
        }
      } catch (RefusedEntryException e) {
        LOG.atWarn().addKeyValue("cause", e.getMessage()).log("former entry cannot be read");
      }
    }
    int restored = 0;
    for (int from = 0; from < ids.size(); from += RequestBatch.MAX_REQUESTS) {
      List<FlowId> batch =
          ids.subList(from, Math.min(ids.size(), from + RequestBatch.MAX_REQUESTS));
      Map<FlowId, Tracked> present = new HashMap<>();
      requests.get(batch).forEach(tracked -> present.put(tracked.flow().id(), tracked));
      for (FlowId id : batch) {
        Optional<Tracked> there = Optional.ofNullable(present.get(id));
        restored += restored(wanted.get(id), there) ? 1 : 0;
      }
    }
    return restored;
  }

  private boolean restored(Wanted wanted, Optional<Tracked> present) throws TableException {
    return switch (wanted.fate()) {
      // Gone: it has ended by itself.
      case UPDATED -> present.isPresent() && wasReverted(wanted, present.get());
      // There: packets have brought it back already.
      case REPLACED ->
          present.isEmpty()
              && wanted.former().timeoutSeconds() > 0
              && wasMade(wanted.former(), Optional.empty());
    };
  }

  private boolean wasReverted(Wanted wanted, Tracked tracked) throws TableException {
    if (wanted.written().isEmpty()) {
      return false;
    }
    Flow present = tracked.flow();
    Optional<Flow> result =
        new FlowReversion(wanted.former(), wanted.written().get(), present).result();
    if (result.isEmpty()) {
      return requests.delete(List.of(tracked)).errno(0) == 0;
    }
    if (result.get().equals(present)) {
      return false;
    }
    if (!present.canBecome(result.get())) {
      return wasMade(result.get(), Optional.of(tracked));
    }
    int answer = requests.revert(result.get(), present);
    if (Errno.ENOENT.is(answer)) {
      return false;
    }
    NetlinkChannel.requireSuccess(answer, "restoring update");
    return true;
  }

  /** Makes the entry, in the place of another if there is one. */
  private boolean wasMade(Flow flow, Optional<Tracked> inItsPlace) throws TableException {
    Optional<Tracked> occupant = inItsPlace;
    Flow wanted = flow;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (occupant.isPresent()) {
        var unused = requests.delete(List.of(occupant.get()));
      }
      int answer = requests.recreate(wanted);
      if (answer == 0) {
        return true;
      }
      if (Errno.ENOENT.is(answer) && wanted.ties().master().isPresent()) {
        // Its master has ended meanwhile.
        wanted = wanted.withTies(wanted.ties().withoutMaster());
        occupant = Optional.empty();
      } else if (Errno.EEXIST.is(answer) && inItsPlace.isPresent()) {
        occupant = requests.inTheWayOf(flow).filter(found -> found.flow().id().equals(flow.id()));
      } else {
        LOG.atWarn()
            .addKeyValue("errno", answer < 0 ? "none" : Errno.nameOf(answer))
            .log("a former entry could not be put back");
        return false;
      }
    }
    return false;
  }

  private static Wanted decode(Restoration restoration) throws RefusedEntryException {
    Flow former = FlowDecoder.decode(restoration.former().entry());
    Optional<Flow> written = Optional.empty();
    if (restoration.written().isPresent()) {
      Restoration.Written over = restoration.written().get();
      written = Optional.of(aged(FlowDecoder.decode(over.entry()), over.age()));
    }
    return new Wanted(aged(former, restoration.age()), restoration.former().fate(), written);
  }

  private static Flow aged(Flow flow, Duration age) {
    long left = flow.timeoutSeconds() - Math.max(0, age.toSeconds());
    return flow.withTimeout((int) Math.max(0, left));
  }
}
