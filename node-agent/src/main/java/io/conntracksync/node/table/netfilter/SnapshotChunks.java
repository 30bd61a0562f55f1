package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands flows to a sink in chunks, each flow once, a master before the flows that it expected.
 * Keeps the keys of what was handed over, so its memory grows with the VM's own flows.
 */
final class SnapshotChunks {
  private static final int CHUNK = 256;

  private final EntrySink sink;
  private final Set<EntryKey> known = new HashSet<>();
  private final Map<EntryKey, Child> children = new LinkedHashMap<>();
  private List<Entry> chunk = new ArrayList<>(CHUNK);

  private record Child(Entry entry, EntryKey master) {}

  SnapshotChunks(EntrySink sink) {
    this.sink = sink;
  }

  void add(Flow flow) throws TableException {
    Entry entry = FlowEncoder.encode(flow);
    // Known flows come again: from the other position, or from a dump that is repeated.
    if (!known.add(entry.key())) {
      return;
    }
    if (flow.ties().master().isEmpty()) {
      hand(entry);
      return;
    }
    FlowId id = flow.id();
    FlowId master = new FlowId(id.family(), id.zones(), flow.ties().master().get());
    children.put(entry.key(), new Child(entry, FlowEncoder.key(master)));
  }

  /** Whether a flow of that key was among them. */
  boolean contains(EntryKey key) {
    return known.contains(key);
  }

  /** Hands over the rest: expected flows, those of expected flows after them, the last chunk. */
  void finish() throws TableException {
    while (!children.isEmpty()) {
      List<EntryKey> ready =
          children.entrySet().stream()
              .filter(child -> !children.containsKey(child.getValue().master()))
              .map(Map.Entry::getKey)
              .toList();
      // Flows that expect each other cannot be; should the kernel say so, any order will do.
      for (EntryKey key : ready.isEmpty() ? List.copyOf(children.keySet()) : ready) {
        hand(children.remove(key).entry());
      }
    }
    flush();
  }

  private void hand(Entry entry) throws TableException {
    chunk.add(entry);
    if (chunk.size() == CHUNK) {
      flush();
    }
  }

  private void flush() throws TableException {
    if (!chunk.isEmpty()) {
      List<Entry> full = chunk;
      chunk = new ArrayList<>(CHUNK);
      sink.accept(full);
    }
  }
}
