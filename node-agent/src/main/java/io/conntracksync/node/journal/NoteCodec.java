package io.conntracksync.node.journal;

import io.conntracksync.node.session.JournalNote;
import io.conntracksync.node.session.JournalNote.Before;
import io.conntracksync.node.session.JournalNote.BeforeComplete;
import io.conntracksync.node.session.JournalNote.Changing;
import io.conntracksync.node.session.JournalNote.Intent;
import io.conntracksync.node.session.JournalNote.Removed;
import io.conntracksync.node.session.JournalNote.Settled;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Notes as bytes, big-endian:
 *
 * <pre>
 * note      type u8 · body
 *           1 before: keys · 2 before complete: nothing · 3 intent: time, entries
 *           4 changing: time, fate u8 (0 updated, 1 replaced), entry · 5 settled: keys, keys
 *           6 removed: keys
 * time      milliseconds since 1970 i64
 * keys      count u32 · so many keys        key    length u8 · bytes
 * entries   count u32 · so many entries     entry  key · length u16 · bytes
 * </pre>
 *
 * Reading believes nothing: whatever the bytes, the result is a note or a {@link
 * CorruptJournalException}. Any change of this is a new {@link FileJournal#VERSION}.
 */
final class NoteCodec {
  private static final int BEFORE = 1;
  private static final int BEFORE_COMPLETE = 2;
  private static final int INTENT = 3;
  private static final int CHANGING = 4;
  private static final int SETTLED = 5;
  private static final int REMOVED = 6;

  private static final int UPDATED = 0;
  private static final int REPLACED = 1;

  private NoteCodec() {}

  static byte[] encode(JournalNote note) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      encode(note, new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static void encode(JournalNote note, DataOutputStream out) throws IOException {
    if (note instanceof Before before) {
      out.writeByte(BEFORE);
      putKeys(out, before.keys());
    } else if (note instanceof BeforeComplete) {
      out.writeByte(BEFORE_COMPLETE);
    } else if (note instanceof Intent intent) {
      out.writeByte(INTENT);
      out.writeLong(intent.at().toEpochMilli());
      out.writeInt(intent.entries().size());
      for (Entry entry : intent.entries()) {
        putEntry(out, entry);
      }
    } else if (note instanceof Changing changing) {
      out.writeByte(CHANGING);
      out.writeLong(changing.at().toEpochMilli());
      out.writeByte(
          switch (changing.former().fate()) {
            case UPDATED -> UPDATED;
            case REPLACED -> REPLACED;
          });
      putEntry(out, changing.former().entry());
    } else if (note instanceof Settled settled) {
      out.writeByte(SETTLED);
      putKeys(out, settled.created());
      putKeys(out, settled.updated());
    } else if (note instanceof Removed removed) {
      out.writeByte(REMOVED);
      putKeys(out, removed.keys());
    } else {
      throw new IllegalStateException("nobody writes " + note);
    }
  }

  private static void putKeys(DataOutputStream out, Collection<EntryKey> keys) throws IOException {
    out.writeInt(keys.size());
    for (EntryKey key : keys) {
      putKey(out, key);
    }
  }

  private static void putKey(DataOutputStream out, EntryKey key) throws IOException {
    byte[] bytes = key.bytes();
    out.writeByte(bytes.length);
    out.write(bytes);
  }

  private static void putEntry(DataOutputStream out, Entry entry) throws IOException {
    putKey(out, entry.key());
    byte[] value = entry.value();
    out.writeShort(value.length);
    out.write(value);
  }

  static JournalNote decode(ByteBuffer in) throws CorruptJournalException {
    try {
      JournalNote note = read(in);
      if (in.hasRemaining()) {
        throw new CorruptJournalException("a note with " + in.remaining() + " bytes too many");
      }
      return note;
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw new CorruptJournalException("a note that is none: " + e.getMessage(), e);
    }
  }

  private static JournalNote read(ByteBuffer in) throws CorruptJournalException {
    int type = in.get();
    return switch (type) {
      case BEFORE -> new Before(keys(in));
      case BEFORE_COMPLETE -> new BeforeComplete();
      case INTENT -> new Intent(time(in), entries(in));
      case CHANGING -> {
        Instant at = time(in);
        Former.Fate fate = fate(in.get());
        yield new Changing(at, new Former(entry(in), fate));
      }
      case SETTLED -> {
        List<EntryKey> created = keys(in);
        yield new Settled(created, keys(in));
      }
      case REMOVED -> new Removed(keys(in));
      default -> throw new CorruptJournalException("a note of type " + type);
    };
  }

  private static Instant time(ByteBuffer in) {
    return Instant.ofEpochMilli(in.getLong());
  }

  private static Former.Fate fate(int number) throws CorruptJournalException {
    return switch (number) {
      case UPDATED -> Former.Fate.UPDATED;
      case REPLACED -> Former.Fate.REPLACED;
      default -> throw new CorruptJournalException("fate " + number);
    };
  }

  private static List<EntryKey> keys(ByteBuffer in) throws CorruptJournalException {
    int count = count(in);
    List<EntryKey> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(key(in));
    }
    return keys;
  }

  private static List<Entry> entries(ByteBuffer in) throws CorruptJournalException {
    int count = count(in);
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(in));
    }
    return entries;
  }

  /** No more than there can be: each takes a byte at least. */
  private static int count(ByteBuffer in) throws CorruptJournalException {
    int count = in.getInt();
    if (count < 0 || count > in.remaining()) {
      throw new CorruptJournalException("a list of " + Integer.toUnsignedString(count));
    }
    return count;
  }

  private static EntryKey key(ByteBuffer in) {
    byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
    in.get(bytes);
    return EntryKey.of(bytes);
  }

  private static Entry entry(ByteBuffer in) {
    EntryKey key = key(in);
    byte[] value = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(value);
    return Entry.of(key, value);
  }
}
