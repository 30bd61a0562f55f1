package io.conntracksync.node.table;

import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tables of one sync behind one: the node's, and that of the VM's launcher pod if there is one.
 * Keys begin with a byte that says which (0 the node's, 1 the pod's), so whoever moves, counts or
 * journals entries knows nothing of it. Used for every sync, with a pod's table or without: two
 * agents speak one format.
 *
 * <p>The node's table is the one that counts: it fails as any table does. The pod's fails alone.
 * Who was reading it gets the exception once, since what was read is not whole, and finds the
 * node's table alone afterwards; entries for it are refused as {@link RefusalReason#NO_SUCH_TABLE}.
 */
public final class JoinedTables implements ConntrackTable {
  private final ConntrackTable node;
  private final TableKind kindOfPod;
  private final PodTable pod;

  /**
   * @param node lent: {@link #close} leaves it open
   * @param kindOfPod of which kind the pod's is, or would be if there were one
   * @param pod looked for when it is wanted, closed with this
   */
  public JoinedTables(ConntrackTable node, TableKind kindOfPod, TableFinder pod) {
    this.node = node;
    this.kindOfPod = kindOfPod;
    this.pod = new PodTable(pod);
  }

  /** Both of one kind. */
  public JoinedTables(ConntrackTable node, TableFinder pod) {
    this(node, TableKind.of(node), pod);
  }

  /**
   * The format of joined tables over tables of these formats. The backend is the node's; the layout
   * names both, unless they are the same.
   */
  public static TableFormat format(TableFormat node, TableFormat pod) {
    String layouts = node.equals(pod) ? node.layout() : node.layout() + "+" + pod.layout();
    return new TableFormat(node.backend(), layouts + "+tables/1");
  }

  @Override
  public TableFormat format() {
    return format(node.format(), kindOfPod.format());
  }

  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    node.snapshot(addresses, new TaggingSink(TableTag.NODE, sink));
    Optional<ConntrackTable> second = pod.present();
    if (second.isPresent()) {
      TaggingSink taker = new TaggingSink(TableTag.POD, sink);
      try {
        second.get().snapshot(addresses, taker);
      } catch (TableException e) {
        throw taker.refused(e) ? e : pod.failed(e);
      }
    }
  }

  /** Here the pod's table is looked for: a snapshot shows it only if its changes are followed. */
  @Override
  public Changes changes(Set<InetAddress> addresses) throws TableException {
    Changes ofNode = node.changes(addresses);
    Optional<Changes> ofPod = Optional.empty();
    Optional<ConntrackTable> second = pod.found();
    if (second.isPresent()) {
      try {
        ofPod = Optional.of(second.get().changes(addresses));
      } catch (TableException e) {
        // Nothing was read of it yet, so nobody has to begin anew.
        pod.giveUp(e);
      }
    }
    return ofPod
        .<Changes>map(stream -> new JoinedChanges(ofNode, stream, pod))
        .orElseGet(() -> new NodeChanges(ofNode));
  }

  @Override
  public EntryReader reader() {
    return new TaggedReader(node.reader(), kindOfPod.reader());
  }

  /** Entries of a table that is not here, and of one that fails now, count as refused. */
  @Override
  public Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException {
    List<Entry> ofNode = TableTag.NODE.ownEntries(entries);
    List<Entry> ofPod = TableTag.POD.ownEntries(entries);
    Applied applied =
        TableTag.NODE.tagged(node.apply(ofNode, admission, tagging(TableTag.NODE, formers)));
    if (!ofPod.isEmpty()) {
      applied = sum(applied, applyToPod(ofPod, admission, formers));
    }
    int malformed = entries.size() - ofNode.size() - ofPod.size();
    return sum(applied, refused(RefusalReason.MALFORMED, malformed));
  }

  private Applied applyToPod(List<Entry> entries, Admission admission, FormerSink formers) {
    return onPod(
            second ->
                TableTag.POD.tagged(
                    second.apply(entries, admission, tagging(TableTag.POD, formers))))
        .orElseGet(() -> refused(RefusalReason.NO_SUCH_TABLE, entries.size()));
  }

  private static FormerSink tagging(TableTag tag, FormerSink formers) {
    return former -> formers.accept(new Former(tag.tagged(former.entry()), former.fate()));
  }

  private static Applied refused(RefusalReason reason, int count) {
    return new Applied(Set.of(), Set.of(), count == 0 ? Map.of() : Map.of(reason, count));
  }

  private static Applied sum(Applied one, Applied other) {
    Set<EntryKey> created = new HashSet<>(one.created());
    created.addAll(other.created());
    Set<EntryKey> updated = new HashSet<>(one.updated());
    updated.addAll(other.updated());
    Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
    refused.putAll(one.refused());
    other.refused().forEach((reason, count) -> refused.merge(reason, count, Integer::sum));
    return new Applied(created, updated, refused);
  }

  @Override
  public Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    Set<EntryKey> added =
        new HashSet<>(TableTag.NODE.tagged(node.add(TableTag.NODE.ownEntries(missing))));
    List<Entry> ofPod = TableTag.POD.ownEntries(missing);
    if (!ofPod.isEmpty()) {
      added.addAll(onPod(second -> TableTag.POD.tagged(second.add(ofPod))).orElseGet(Set::of));
    }
    return added;
  }

  @Override
  public int restore(Collection<Restoration> restorations) throws TableException {
    int restored = node.restore(TableTag.NODE.ownRestorations(restorations));
    List<Restoration> ofPod = TableTag.POD.ownRestorations(restorations);
    return ofPod.isEmpty() ? restored : restored + onPod(second -> second.restore(ofPod)).orElse(0);
  }

  /** What was in a pod's table that has failed went with the pod. */
  @Override
  public int remove(Collection<EntryKey> keys) throws TableException {
    int removed = node.remove(TableTag.NODE.own(keys));
    List<EntryKey> ofPod = TableTag.POD.own(keys);
    return ofPod.isEmpty() ? removed : removed + onPod(second -> second.remove(ofPod)).orElse(0);
  }

  /** Does it with the pod's table, which an earlier process of ours may have found. */
  private <T> Optional<T> onPod(Use<T> use) {
    Optional<ConntrackTable> second = pod.found();
    if (second.isPresent()) {
      try {
        return Optional.of(use.with(second.get()));
      } catch (TableException e) {
        pod.giveUp(e);
      }
    }
    return Optional.empty();
  }

  /** Something that is done with a table. */
  private interface Use<T> {
    T with(ConntrackTable table) throws TableException;
  }

  /** Of the node's table: what a pod has of its own the plugin does not touch. */
  @Override
  public boolean expectsFlush(Set<InetAddress> addresses) throws TableException {
    return node.expectsFlush(addresses);
  }

  /** That of the node's table; a pod's shares the kernel's limit with it. */
  @Override
  public TableFill fill() throws TableException {
    return node.fill();
  }

  /** Lets go of the pod's table; calls under way finish. */
  @Override
  public void close() {
    pod.close();
  }
}
