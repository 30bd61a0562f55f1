package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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

  int remove(Collection<EntryKey> keys) throws TableException {
    List<FlowId> ids = new ArrayList<>();
    for (EntryKey key : keys) {
      try {
        ids.add(FlowDecoder.decode(key));
      } catch (RefusedEntryException e) {
        // A key that names no entry of this table: there is nothing to take out.
        LOG.atDebug().addKeyValue("cause", e.getMessage()).log("key of no conntrack entry");
      }
    }
    int removed = 0;
    for (int from = 0; from < ids.size(); from += RequestBatch.MAX_REQUESTS) {
      int to = Math.min(ids.size(), from + RequestBatch.MAX_REQUESTS);
      removed += removeBatch(ids.subList(from, to));
    }
    return removed;
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
