package io.conntracksync.node.journal;

import io.conntracksync.node.session.JournalNote;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a journal as far as it can be trusted. Pure. */
final class JournalReader {
  private JournalReader() {}

  /**
   * What a file holds.
   *
   * @param notes up to the first that cannot be read
   * @param length how many bytes that are
   * @param flaw what is wrong behind them; a last note that was not written to its end is nothing
   *     wrong
   */
  record Contents(List<JournalNote> notes, int length, Optional<String> flaw) {}

  static Contents read(ByteBuffer file) {
    List<JournalNote> notes = new ArrayList<>();
    if (file.remaining() < FileJournal.HEADER_LENGTH) {
      return new Contents(notes, 0, Optional.empty());
    }
    if (file.getInt() != FileJournal.MAGIC || file.getInt() != FileJournal.VERSION) {
      return new Contents(notes, 0, Optional.of("no journal of this version"));
    }
    int good = file.position();
    while (file.remaining() >= FileJournal.FRAME_OVERHEAD) {
      int length = file.getInt();
      int sum = file.getInt();
      if (length < 1 || length > FileJournal.MAX_NOTE) {
        return new Contents(notes, good, Optional.of("a note of " + length + " bytes"));
      }
      if (length > file.remaining()) {
        // Killed while it wrote this one: then what it was about has not been done either.
        break;
      }
      ByteBuffer payload = file.slice(file.position(), length);
      file.position(file.position() + length);
      if (sum(payload.duplicate()) != sum) {
        return new Contents(notes, good, Optional.of("a note with a wrong checksum"));
      }
      try {
        notes.add(NoteCodec.decode(payload));
      } catch (CorruptJournalException e) {
        return new Contents(notes, good, Optional.of(e.getMessage()));
      }
      good = file.position();
    }
    return new Contents(notes, good, Optional.empty());
  }

  static int sum(ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }
}
