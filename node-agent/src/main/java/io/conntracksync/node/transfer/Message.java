package io.conntracksync.node.transfer;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One thing that an agent says to another; its bytes are {@link MessageCodec}'s. */
public sealed interface Message {
  /**
   * Entries of one frame: even the largest possible ones stay below {@link FrameCodec#MAX_PAYLOAD}.
   */
  int MAX_ENTRIES = 200;

  /** Addresses of one sync, as in the API. */
  int MAX_ADDRESSES = 16;

  /**
   * The first message of either side: which sync this is about and which entries the table of the
   * speaker understands. The source speaks first; the target answers with its own, or refuses.
   */
  record Hello(String syncUid, TableFormat format, Set<InetAddress> addresses) implements Message {
    public Hello {
      Objects.requireNonNull(syncUid, "syncUid");
      Objects.requireNonNull(format, "format");
      addresses = Set.copyOf(addresses);
      if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
        throw new IllegalArgumentException(
            addresses.size() + " addresses; a sync has 1 to " + MAX_ADDRESSES);
      }
    }
  }

  /** Entries that are to be in the peer's table. */
  record Upserts(List<Entry> entries) implements Message {
    public Upserts {
      entries = List.copyOf(entries);
      requireChunk(entries.size());
    }
  }

  /** Entries that are to be there no longer. */
  record Deletes(List<EntryKey> keys) implements Message {
    public Deletes {
      keys = List.copyOf(keys);
      requireChunk(keys.size());
    }
  }

  /** Asks for an {@link Ack} of everything sent before; numbered from 1 on each connection. */
  record Barrier(long number) implements Message {
    public Barrier {
      requireCount(number);
    }
  }

  /**
   * Everything before the barrier of this number has been dealt with.
   *
   * @param applied entries of this connection that are in the table
   * @param refused entries of this connection that are not, by reason
   */
  record Ack(long number, long applied, Map<RefusalReason, Long> refused) implements Message {
    public Ack {
      requireCount(number);
      requireCount(applied);
      refused = Map.copyOf(refused);
      refused.values().forEach(Message::requireCount);
    }
  }

  /** The VM has stopped on the source: what was sent before is all there is. */
  record Final() implements Message {}

  /** The sync is over; the connection is closed after this. */
  record Bye(Ending ending) implements Message {
    public Bye {
      Objects.requireNonNull(ending, "ending");
    }
  }

  /** What a {@link Bye} says of the sync. */
  enum Ending {
    /** The VM runs on the target. */
    KEPT,
    /** It does not. */
    ROLLED_BACK
  }

  /** No; the connection is closed after this. The text names both sides and is for people. */
  record Refusal(RefusalCode code, String text) implements Message {
    public Refusal {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(text, "text");
    }
  }

  private static void requireChunk(int size) {
    if (size == 0 || size > MAX_ENTRIES) {
      throw new IllegalArgumentException(size + " entries; a message has 1 to " + MAX_ENTRIES);
    }
  }

  private static void requireCount(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count of " + value + "; none is below 0");
    }
  }
}
