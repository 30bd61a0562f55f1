package io.conntracksync.node.table;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a peer has been told, and from that what it still has to be told: only the difference goes
 * out. What is handed out counts as sent; when the connection breaks, begin with a new one. Holds
 * the key and the significant bytes of each entry sent. Pure: time is an argument. Not safe for
 * several threads.
 *
 * <p>Time alone is no change, but it passes on both sides: packets keep an entry of the source
 * alive while nobody refreshes the peer's copy. So an entry is sent again when the peer's copy has
 * used up half of its life and the source's would live longer; {@link #halfSpent} names those to
 * look at.
 */
public final class SentEntries {
  /** Timeouts are shown in whole seconds: a difference up to that says nothing. */
  private static final Duration GRAIN = Duration.ofSeconds(1);

  private final EntryReader reader;
  private final Map<EntryKey, Sent> sent = new HashMap<>();

  /** How it was learnt what an entry looks like. */
  public enum Source {
    /** The table told of it by itself, so it will tell of its further changes. */
    EVENT,
    /** It was asked for. */
    LOOK
  }

  private record Sent(ByteBuffer significant, Instant runsOut, Instant halfSpent, Source source) {
    Sent toldBy(Source later) {
      boolean told = source == Source.EVENT || later == Source.EVENT;
      return new Sent(significant, runsOut, halfSpent, told ? Source.EVENT : Source.LOOK);
    }

    Sent checkedAt(Instant now) {
      return new Sent(significant, runsOut, halfway(now, runsOut), source);
    }
  }

  public SentEntries(EntryReader reader) {
    this.reader = reader;
  }

  /** What of these observed entries the peer must be told; remembers it as sent. */
  public Delta difference(Delta observed, Source source, Instant now) {
    Set<EntryKey> removed = new HashSet<>();
    for (EntryKey key : observed.removed()) {
      if (sent.remove(key) != null) {
        removed.add(key);
      }
    }
    return new Delta(toSend(observed.upserts(), source, now), removed);
  }

  /**
   * Begins the comparison with a new snapshot; {@code difference} is not to be called meanwhile.
   */
  public Comparison compare() {
    return new Comparison();
  }

  /**
   * Entries of which the table never told by itself: where it tells of new entries only, these may
   * have changed unheard.
   */
  public Set<EntryKey> silent() {
    Set<EntryKey> keys = new HashSet<>();
    sent.forEach(
        (key, state) -> {
          if (state.source() == Source.LOOK) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** Entries of which the peer's copy has used up half of its life. */
  public Set<EntryKey> halfSpent(Instant now) {
    Set<EntryKey> keys = new HashSet<>();
    sent.forEach(
        (key, state) -> {
          if (!now.isBefore(state.halfSpent())) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** How many entries the peer has. */
  public int size() {
    return sent.size();
  }

  private List<Entry> toSend(List<Entry> entries, Source source, Instant now) {
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      ByteBuffer significant = ByteBuffer.wrap(reader.significant(entry));
      Instant runsOut = now.plus(reader.lifetime(entry));
      Sent before = sent.get(entry.key());
      Sent after = new Sent(significant, runsOut, halfway(now, runsOut), source);
      if (before == null) {
        sent.put(entry.key(), after);
        changed.add(entry);
      } else if (isNews(before, after, now)) {
        sent.put(entry.key(), after.toldBy(before.source()));
        changed.add(entry);
      } else if (now.isBefore(before.halfSpent())) {
        sent.put(entry.key(), before.toldBy(source));
      } else {
        sent.put(entry.key(), before.toldBy(source).checkedAt(now));
      }
    }
    return changed;
  }

  private static boolean isNews(Sent before, Sent after, Instant now) {
    boolean refresh =
        !now.isBefore(before.halfSpent()) && after.runsOut().isAfter(before.runsOut().plus(GRAIN));
    return refresh || !before.significant().equals(after.significant());
  }

  private static Instant halfway(Instant now, Instant runsOut) {
    return now.plus(Duration.between(now, runsOut).dividedBy(2));
  }

  /** A snapshot being compared, chunk by chunk. */
  public final class Comparison {
    private final Set<EntryKey> unseen = new HashSet<>(sent.keySet());

    private Comparison() {}

    /** What of this chunk the peer must be told; remembers it as sent. */
    public List<Entry> take(List<Entry> chunk, Instant now) {
      for (Entry entry : chunk) {
        unseen.remove(entry.key());
      }
      return toSend(chunk, Source.LOOK, now);
    }

    /** After the last chunk: what the peer has and the snapshot had not. */
    public Set<EntryKey> finish() {
      sent.keySet().removeAll(unseen);
      return Set.copyOf(unseen);
    }
  }
}
