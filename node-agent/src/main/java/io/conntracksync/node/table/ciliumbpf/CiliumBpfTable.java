package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conntrack maps of this node's Cilium, 1.15 to 1.20. The format is {@code cilium-bpf/ct/1}
 * whatever the version, see {@link CarriedLayout}: each node translates from and to its own.
 *
 * <p>The kernel has no filter and no events here. A snapshot scans the maps, one scan for all who
 * ask meanwhile, and whoever follows changes compares snapshots. Maps are opened anew for each
 * piece of work. Needs CAP_BPF and the node's bpffs. Safe for several threads.
 *
 * <p>A full map refuses nothing: the kernel gives the place of the entry that was not used for
 * longest.
 */
public final class CiliumBpfTable implements ConntrackTable {
  private static final Logger LOG = LoggerFactory.getLogger(CiliumBpfTable.class);
  private static final int CHUNK = 256;

  private final CiliumPaths paths;
  private final NodeKnowledge knowledge;
  private final SharedScan scan;
  private final TableFillCount fill;

  CiliumBpfTable(CiliumPaths paths, NodeKnowledge knowledge) {
    this.paths = paths;
    this.knowledge = knowledge;
    this.scan = new SharedScan(new MapScan(paths.maps(), knowledge));
    this.fill = new TableFillCount(paths.maps());
  }

  /**
   * The table of the Cilium that is found there. It is asked once, so that an unknown version or a
   * missing right is found now and not when a VM moves.
   */
  public static CiliumBpfTable open(CiliumPaths paths) throws TableException {
    NodeKnowledge knowledge = new ProbedKnowledge(paths);
    CiliumNode node = knowledge.node();
    int unused = knowledge.now(node.clock());
    CiliumBpfTable table = new CiliumBpfTable(paths, knowledge);
    LOG.atDebug()
        .addKeyValue("generation", node.generation())
        .addKeyValue("clock", node.clock())
        .addKeyValue("entries", table.fill().entries())
        .log("cilium's maps found");
    return table;
  }

  @Override
  public TableFormat format() {
    return CarriedLayout.FORMAT;
  }

  /**
   * Passes over only what leaves under this node's address: its answers keep coming here. What else
   * the target cannot take, it refuses. Left out is what is over.
   */
  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    List<FoundEntry> found = scan.read(addresses);
    CiliumNode node = knowledge.node();
    List<Entry> chunk = new ArrayList<>(CHUNK);
    int masqueraded = 0;
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      CtExport export = export(node, maps);
      Masquerades masquerades = new Masquerades(maps);
      for (FoundEntry each : found) {
        // The scan may have been for others, too.
        if (!Belonging.isOf(each.key(), each.value(), node.generation(), addresses)) {
          continue;
        }
        Optional<Entry> entry = export.export(each.key(), each.value());
        if (entry.isPresent() && masquerades.contain(each.key())) {
          masqueraded++;
        } else {
          entry.ifPresent(chunk::add);
        }
        if (chunk.size() == CHUNK) {
          sink.accept(List.copyOf(chunk));
          chunk.clear();
        }
      }
    }
    if (!chunk.isEmpty()) {
      sink.accept(chunk);
    }
    if (masqueraded > 0) {
      sink.passedOver(RefusalReason.SOURCE_NODE_ADDRESS, masqueraded);
    }
  }

  private CtExport export(CiliumNode node, PinnedMaps maps) throws TableException {
    return new CtExport(node, knowledge.now(node.clock()), new MapNames(maps));
  }

  /** Tells nothing: {@link io.conntracksync.node.table.EventCoverage#NONE}. */
  @Override
  public Changes changes(Set<InetAddress> addresses) throws TableException {
    return new ComparedChanges(this::look);
  }

  private Delta look(Collection<EntryKey> keys) throws TableException {
    CiliumNode node = knowledge.node();
    List<Entry> present = new ArrayList<>();
    Set<EntryKey> absent = new HashSet<>(keys);
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      CtExport export = export(node, maps);
      for (EntryKey bytes : absent.toArray(EntryKey[]::new)) {
        CtKey key = CtKey.decode(bytes);
        Optional<Entry> entry = Optional.empty();
        Optional<byte[]> value = lookup(CtMap.of(key).find(maps), bytes);
        if (value.isPresent()) {
          entry = export.export(key, CtValue.decode(value.get()));
        }
        entry.ifPresent(present::add);
        entry.ifPresent(found -> absent.remove(found.key()));
      }
    } catch (RefusedEntryException e) {
      throw new IllegalArgumentException("no key of " + format(), e);
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
    return new Delta(present, absent);
  }

  private static Optional<byte[]> lookup(Optional<BpfMap> map, EntryKey key)
      throws SystemCallException {
    return map.isEmpty() ? Optional.empty() : map.get().lookup(key.bytes());
  }

  @Override
  public EntryReader reader() {
    return new CarriedReader();
  }

  /**
   * What another pod of this node, or the node itself, holds under a key is left alone. When this
   * fails in the middle, the earlier entries of the collection are in the maps and the later ones
   * are not; see {@link CtWriter} for what the caller knows then.
   */
  @Override
  public Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException {
    Tally tally = new Tally();
    CiliumNode node = knowledge.node();
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      writer(node, maps, tally).apply(plan(entries, admission, node, maps, tally), formers);
    }
    return tally.applied();
  }

  /** One that is over and not collected yet is there, too. */
  @Override
  public Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    Tally tally = new Tally();
    CiliumNode node = knowledge.node();
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      writer(node, maps, tally).add(plan(missing, ends -> Optional.empty(), node, maps, tally));
    }
    return tally.applied().created();
  }

  private Map<EntryKey, CtImport.Write> plan(
      Collection<Entry> entries, Admission admission, CiliumNode node, PinnedMaps maps, Tally tally)
      throws TableException {
    MapIds ids = new MapIds(maps, node.generation());
    return new CtImport(node, knowledge.now(node.clock()), ids, admission, tally).plan(entries);
  }

  private CtWriter writer(CiliumNode node, PinnedMaps maps, Tally tally) throws TableException {
    return new CtWriter(CtMap.findAll(maps), node.generation(), export(node, maps), tally);
  }

  @Override
  public int restore(Collection<Restoration> restorations) throws TableException {
    CiliumNode node = knowledge.node();
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      MapIds ids = new MapIds(maps, node.generation());
      return new CtRestore(CtMap.findAll(maps), node, knowledge.now(node.clock()), ids)
          .restore(restorations);
    }
  }

  @Override
  public int remove(Collection<EntryKey> keys) throws TableException {
    int removed = 0;
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      for (EntryKey bytes : keys) {
        Optional<BpfMap> map = CtMap.of(CtKey.decode(bytes)).find(maps);
        if (map.isPresent() && map.get().remove(bytes.bytes())) {
          removed++;
        }
      }
    } catch (RefusedEntryException e) {
      throw new IllegalArgumentException("no key of " + format(), e);
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
    return removed;
  }

  /**
   * Cilium lists an endpoint's addresses after it has taken out their old entries. A VM none of
   * whose addresses is listed is still to come, unless Cilium keeps no list.
   */
  @Override
  public boolean expectsFlush(Set<InetAddress> addresses) throws TableException {
    try (PinnedMaps maps = new PinnedMaps(paths.maps())) {
      return new LocalEndpoints(maps).lacks(addresses);
    }
  }

  /** Of all maps; at most a minute old. Throws as well when this Cilium is not known any more. */
  @Override
  public TableFill fill() throws TableException {
    var unused = knowledge.node();
    return fill.get();
  }
}
