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
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    Flow flow = decode(entry);
    long left = flow.timeoutSeconds() - Math.max(0, elapsed.toSeconds());
    return left <= 0
        ? Optional.empty()
        : Optional.of(FlowEncoder.encode(flow.withTimeout((int) left)));
  }

  /**
   * A TCP connection that was never answered is dropped by the kernel at a RST, without a closing
   * state. A datagram flow to a service is flushed when its backend goes: put back, it would lead
   * nowhere.
   */
  @Override
  public boolean mayEndEarly(Entry entry) {
    Flow flow = decode(entry);
    if (flow.state() instanceof ProtocolState.Tcp tcp) {
      return tcp.closes() || (flow.status() & Status.SEEN_REPLY) == 0;
    }
    if (flow.state() instanceof ProtocolState.Sctp sctp) {
      return !sctp.isOpenOrOpening();
    }
    return flow.destinationIsTranslated();
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
