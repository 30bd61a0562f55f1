package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** Reads this table's own entries; throws {@link IllegalArgumentException} at any other. */
final class FlowEntryReader implements EntryReader {
  /** The whole flow but for its timeout. Counters are not carried in the first place. */
  @Override
  public byte[] significant(Entry entry) {
    return FlowEncoder.encode(decode(entry).withTimeout(0)).value();
  }

  @Override
  public Duration lifetime(Entry entry) {
    return Duration.ofSeconds(decode(entry).timeoutSeconds());
  }

  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    Flow flow = decode(entry);
    return flow.sourceIsTranslated() ? Optional.of(flow.reply().destination()) : Optional.empty();
  }

  private static Flow decode(Entry entry) {
    try {
      return FlowDecoder.decode(entry);
    } catch (RefusedEntryException e) {
      throw new IllegalArgumentException("no entry of " + FlowLayout.FORMAT + ": " + entry, e);
    }
  }
}
