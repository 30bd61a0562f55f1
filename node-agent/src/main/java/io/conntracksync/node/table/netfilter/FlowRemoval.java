package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes exactly the named entries out. Each is looked up first: the kernel finds an entry by its
 * reply tuple as well, so a DELETE by tuple alone could hit a flow in the other direction.
 */
final class FlowRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(FlowRemoval.class);

  private final EntryRequests requests;

  FlowRemoval(EntryRequests requests) {
    this.requests = requests;
  }

  /** Decoded are those of one batch at a time: there may be as many keys as a sync has entries. */
  int remove(Collection<EntryKey> keys) throws TableException {
    List<FlowId> batch = new ArrayList<>();
    int removed = 0;
    for (EntryKey key : keys) {
      decode(key).ifPresent(batch::add);
      if (batch.size() == RequestBatch.MAX_REQUESTS) {
        removed += removeBatch(batch);
        batch.clear();
      }
    }
    return batch.isEmpty() ? removed : removed + removeBatch(batch);
  }

  private static Optional<FlowId> decode(EntryKey key) {
    try {
      return Optional.of(FlowDecoder.decode(key));
    } catch (RefusedEntryException e) {
      // A key that names no entry of this table: there is nothing to take out.
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("key of no conntrack entry");
      return Optional.empty();
    }
  }

  private int removeBatch(List<FlowId> ids) throws TableException {
    Set<FlowId> wanted = new HashSet<>(ids);
    List<Tracked> exact =
        requests.get(ids).stream().filter(found -> wanted.contains(found.flow().id())).toList();
    if (exact.isEmpty()) {
      return 0;
    }
    Answers answers = requests.delete(exact);
    int removed = 0;
    for (int i = 0; i < exact.size(); i++) {
      if (answers.errno(i) == 0) {
        removed++;
      } else if (!Errno.ENOENT.is(answers.errno(i))) {
        NetlinkChannel.requireSuccess(answers.errno(i), "delete");
      }
    }
    return removed;
  }
}
