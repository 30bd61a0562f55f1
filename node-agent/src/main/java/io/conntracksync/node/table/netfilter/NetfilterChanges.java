package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.Overrun;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows ctnetlink's events of some addresses. Events name flows; what became of them is asked of
 * the table. That makes their order and their number harmless: an event that the kernel delivers
 * late, or twice, or of an entry whose place another has taken, leads to the truth all the same.
 *
 * <p>Changes that this agent itself made are told as well. A node that has just received a VM may
 * be asked to send it on while it still repairs its entries: those belong to the VM, too.
 */
final class NetfilterChanges implements Changes {
  private static final Logger LOG = LoggerFactory.getLogger(NetfilterChanges.class);

  private final EventSocket socket;
  private final ChannelPool channels;
  private final EventCoverage coverage;
  private final EventReader events;
  private final FlowLookup lookup;

  /** Held while the socket is in use; taken before {@link #life}, never after it. */
  private final Object use = new Object();

  private final Object life = new Object();
  private Life state = Life.OPEN;

  private enum Life {
    OPEN,
    CLOSING,
    CLOSED
  }

  NetfilterChanges(
      EventSocket socket,
      ChannelPool channels,
      EventCoverage coverage,
      VmAddress place,
      Set<InetAddress> addresses) {
    this.socket = socket;
    this.channels = channels;
    this.coverage = coverage;
    this.events = new EventReader(place, addresses);
    this.lookup = new FlowLookup(place, addresses);
  }

  @Override
  public Observation await(Duration patience) throws TableException {
    synchronized (use) {
      requireOpen();
      socket.await(patience);
      return drain();
    }
  }

  @Override
  public Observation drain() throws TableException {
    synchronized (use) {
      requireOpen();
      Set<FlowId> touched = new LinkedHashSet<>();
      EventSocket.Hearing hearing =
          socket.read(event -> events.read(event).ifPresent(touched::add));
      if (hearing == EventSocket.Hearing.WITH_GAPS) {
        LOG.atDebug().addKeyValue("heard", touched.size()).log("conntrack events were lost");
        return new Overrun();
      }
      return look(touched);
    }
  }

  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    return look(ids(keys));
  }

  @Override
  public void call(Collection<EntryKey> keys) throws TableException {
    if (coverage != EventCoverage.NEW_ENTRIES_ONLY || keys.isEmpty()) {
      return;
    }
    List<FlowId> ids = List.copyOf(ids(keys));
    channels.use(
        channel -> {
          EntryRequests requests = new KernelEntryRequests(channel);
          for (int from = 0; from < ids.size(); from += RequestBatch.MAX_REQUESTS) {
            int to = Math.min(ids.size(), from + RequestBatch.MAX_REQUESTS);
            requests.touch(ids.subList(from, to));
          }
          return ids;
        });
  }

  private static Set<FlowId> ids(Collection<EntryKey> keys) {
    Set<FlowId> ids = new LinkedHashSet<>();
    for (EntryKey key : keys) {
      try {
        ids.add(FlowDecoder.decode(key));
      } catch (RefusedEntryException e) {
        throw new IllegalArgumentException("no key of a conntrack entry: " + key, e);
      }
    }
    return ids;
  }

  private Delta look(Set<FlowId> ids) throws TableException {
    if (ids.isEmpty()) {
      return Delta.NOTHING;
    }
    return channels.use(channel -> lookup.look(new KernelEntryRequests(channel), ids));
  }

  private void requireOpen() throws TableException {
    synchronized (life) {
      if (state != Life.OPEN) {
        throw new TableException("the stream of changes was closed");
      }
    }
  }

  @Override
  public void wake() {
    synchronized (life) {
      if (state != Life.CLOSED) {
        socket.wake();
      }
    }
  }

  @Override
  public EventCoverage coverage() {
    return coverage;
  }

  @Override
  public void close() {
    synchronized (life) {
      if (state == Life.OPEN) {
        state = Life.CLOSING;
        socket.wake();
      }
    }
    // Not before the waiting thread has left: the descriptor's number could be another's by then.
    synchronized (use) {
      synchronized (life) {
        if (state == Life.CLOSING) {
          state = Life.CLOSED;
          socket.close();
        }
      }
    }
  }
}
