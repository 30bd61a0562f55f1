package io.conntracksync.node.table;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** Reads entries whose keys say of which table they are; all tables have the same format. */
record TaggedReader(EntryReader bare) implements EntryReader {
  @Override
  public byte[] significant(Entry entry) {
    return bare.significant(TableTag.bare(entry));
  }

  @Override
  public Duration lifetime(Entry entry) {
    return bare.lifetime(TableTag.bare(entry));
  }

  /** Under the same tag. */
  @Override
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    return bare.later(TableTag.bare(entry), elapsed)
        .map(later -> Entry.of(entry.key(), later.value()));
  }

  @Override
  public boolean mayEndEarly(Entry entry) {
    return bare.mayEndEarly(TableTag.bare(entry));
  }

  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    return bare.translatedInitiator(TableTag.bare(entry));
  }
}
