package io.conntracksync.node.table;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** Reads entries whose keys say of which table they are, each as its own table would. */
record TaggedReader(EntryReader node, EntryReader pod) implements EntryReader {
  @Override
  public byte[] significant(Entry entry) {
    return of(entry).significant(TableTag.bare(entry));
  }

  @Override
  public Duration lifetime(Entry entry) {
    return of(entry).lifetime(TableTag.bare(entry));
  }

  /** Under the same tag. */
  @Override
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    return of(entry)
        .later(TableTag.bare(entry), elapsed)
        .map(later -> Entry.of(entry.key(), later.value()));
  }

  @Override
  public boolean mayEndEarly(Entry entry) {
    return of(entry).mayEndEarly(TableTag.bare(entry));
  }

  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    return of(entry).translatedInitiator(TableTag.bare(entry));
  }

  private EntryReader of(Entry entry) {
    return TableTag.of(entry.key()).equals(Optional.of(TableTag.POD)) ? pod : node;
  }
}
