package io.conntracksync.node.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of two tables as one stream. Who waits, waits at the node's; a {@link StreamWatch}
 * waits at the pod's and wakes it.
 */
final class JoinedChanges implements Changes {
  private final Changes node;
  private final Changes pod;
  private final PodTable podTable;
  private final StreamWatch watch;
  private final EventCoverage coverage;

  JoinedChanges(Changes node, Changes pod, PodTable podTable) {
    this.node = node;
    this.pod = pod;
    this.podTable = podTable;
    this.watch = StreamWatch.start(pod, node::wake);
    this.coverage = weaker(node.coverage(), pod.coverage());
  }

  @Override
  public Observation await(Duration patience) throws TableException {
    Observation ofNode = node.await(watch.hasNews() ? Duration.ZERO : patience);
    return join(ofNode, ofPod(watch::taken));
  }

  @Override
  public Observation drain() throws TableException {
    return join(node.drain(), ofPod(watch::drained));
  }

  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    Delta ofNode = TableTag.NODE.tagged(node.look(TableTag.NODE.own(keys)));
    List<EntryKey> own = TableTag.POD.own(keys);
    if (own.isEmpty()) {
      return ofNode;
    }
    return both(ofNode, TableTag.POD.tagged(ofPod(() -> watch.aside(() -> pod.look(own)))));
  }

  @Override
  public void call(Collection<EntryKey> keys) throws TableException {
    node.call(TableTag.NODE.own(keys));
    List<EntryKey> own = TableTag.POD.own(keys);
    if (!own.isEmpty()) {
      ofPod(
          () ->
              watch.aside(
                  () -> {
                    pod.call(own);
                    return own;
                  }));
    }
  }

  private <T> T ofPod(StreamWatch.Reading<T> reading) throws TableException {
    try {
      return reading.read();
    } catch (TableException e) {
      throw podTable.failed(e);
    }
  }

  @Override
  public void wake() {
    node.wake();
  }

  @Override
  public EventCoverage coverage() {
    return coverage;
  }

  @Override
  public void close() {
    watch.close();
    node.close();
  }

  private static EventCoverage weaker(EventCoverage one, EventCoverage other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static Observation join(Observation ofNode, Observation ofPod) {
    if (ofNode instanceof Delta one && ofPod instanceof Delta other) {
      return both(TableTag.NODE.tagged(one), TableTag.POD.tagged(other));
    }
    // Whichever lost some: a snapshot of both is compared.
    return new Overrun();
  }

  private static Delta both(Delta one, Delta other) {
    if (other.isEmpty()) {
      return one;
    }
    List<Entry> upserts = new ArrayList<>(one.upserts());
    upserts.addAll(other.upserts());
    Set<EntryKey> removed = new HashSet<>(one.removed());
    removed.addAll(other.removed());
    return new Delta(upserts, removed);
  }

  /** What two observations of one stream come to, the later one last. */
  static Observation inTurn(Observation earlier, Observation later) {
    if (!(earlier instanceof Delta first) || !(later instanceof Delta second)) {
      return new Overrun();
    }
    Map<EntryKey, Entry> upserts = new LinkedHashMap<>();
    first.upserts().forEach(entry -> upserts.put(entry.key(), entry));
    second.removed().forEach(upserts::remove);
    second.upserts().forEach(entry -> upserts.put(entry.key(), entry));
    Set<EntryKey> removed = new HashSet<>(first.removed());
    removed.addAll(second.removed());
    removed.removeAll(upserts.keySet());
    return new Delta(List.copyOf(upserts.values()), removed);
  }
}
