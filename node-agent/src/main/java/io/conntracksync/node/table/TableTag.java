package io.conntracksync.node.table;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * In which of its sync's tables an entry is: the first byte of its key, before the key that the
 * table itself knows it by. Pure.
 */
enum TableTag {
  /** The node's own. */
  NODE(0),
  /** That of the VM's launcher pod. */
  POD(1);

  private static final int LENGTH = 1;

  private final int number;

  TableTag(int number) {
    this.number = number;
  }

  /** The tag of a key, unless it has none or one of a newer agent. */
  static Optional<TableTag> of(EntryKey tagged) {
    byte[] bytes = tagged.bytes();
    return Arrays.stream(values())
        .filter(tag -> bytes.length > LENGTH && bytes[0] == tag.number)
        .findFirst();
  }

  EntryKey tagged(EntryKey key) {
    byte[] bytes = key.bytes();
    return EntryKey.of(
        ByteBuffer.allocate(LENGTH + bytes.length).put((byte) number).put(bytes).array());
  }

  Entry tagged(Entry entry) {
    return Entry.of(tagged(entry.key()), entry.value());
  }

  List<Entry> tagged(List<Entry> entries) {
    return entries.stream().map(this::tagged).toList();
  }

  Set<EntryKey> tagged(Set<EntryKey> keys) {
    Set<EntryKey> tagged = new HashSet<>();
    keys.forEach(key -> tagged.add(tagged(key)));
    return tagged;
  }

  Delta tagged(Delta delta) {
    return new Delta(tagged(delta.upserts()), tagged(delta.removed()));
  }

  Observation tagged(Observation observation) {
    return observation instanceof Delta delta ? tagged(delta) : observation;
  }

  Applied tagged(Applied applied) {
    return new Applied(tagged(applied.created()), tagged(applied.updated()), applied.refused());
  }

  /** Those of these keys that are of this table, as the table knows them. */
  List<EntryKey> own(Collection<EntryKey> tagged) {
    return tagged.stream().filter(this::isOf).map(TableTag::bare).toList();
  }

  /** Those of these entries that are of this table, as the table knows them. */
  List<Entry> ownEntries(Collection<Entry> tagged) {
    return tagged.stream().filter(entry -> isOf(entry.key())).map(TableTag::bare).toList();
  }

  /** Those of these restorations that are of this table, as the table knows them. */
  List<Restoration> ownRestorations(Collection<Restoration> tagged) {
    return tagged.stream().filter(one -> isOf(one.former().key())).map(TableTag::bare).toList();
  }

  /** As its table knows it; only for a key that has a tag. */
  static EntryKey bare(EntryKey tagged) {
    byte[] bytes = tagged.bytes();
    return EntryKey.of(Arrays.copyOfRange(bytes, LENGTH, bytes.length));
  }

  static Entry bare(Entry tagged) {
    return Entry.of(bare(tagged.key()), tagged.value());
  }

  static Restoration bare(Restoration tagged) {
    Former former = tagged.former();
    return new Restoration(
        new Former(bare(former.entry()), former.fate()),
        tagged.age(),
        tagged.written().map(last -> new Restoration.Written(bare(last.entry()), last.age())));
  }

  private boolean isOf(EntryKey tagged) {
    return of(tagged).equals(Optional.of(this));
  }
}
