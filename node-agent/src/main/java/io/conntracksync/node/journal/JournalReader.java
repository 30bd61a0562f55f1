package io.conntracksync.node.journal;

import io.conntracksync.node.session.JournalNote;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Reads a journal as far as it can be trusted, and keeps one note of it at a time. */
final class JournalReader {
  private JournalReader() {}

  /**
   * How much of a file can be read.
   *
   * @param length up to the first note that cannot be read
   * @param flaw what is wrong with that; a last note that was not written to its end is nothing
   *     wrong
   */
  record Extent(long length, Optional<String> flaw) {}

  /**
   * Tells each note up to the first that cannot be read.
   *
   * @param size of the file
   */
  static Extent read(InputStream file, long size, Consumer<JournalNote> reader) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(file));
    if (size < FileJournal.HEADER_LENGTH) {
      return new Extent(0, Optional.empty());
    }
    if (in.readInt() != FileJournal.MAGIC || in.readInt() != FileJournal.VERSION) {
      return new Extent(0, Optional.of("no journal of this version"));
    }
    long good = FileJournal.HEADER_LENGTH;
    while (size - good >= FileJournal.FRAME_OVERHEAD) {
      int length = in.readInt();
      int sum = in.readInt();
      if (length < 1 || length > FileJournal.MAX_NOTE) {
        return new Extent(good, Optional.of("a note of " + length + " bytes"));
      }
      if (length > size - good - FileJournal.FRAME_OVERHEAD) {
        // Killed while it wrote this one: then what it was about has not been done either.
        break;
      }
      ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
      if (sum(payload.duplicate()) != sum) {
        return new Extent(good, Optional.of("a note with a wrong checksum"));
      }
      try {
        reader.accept(NoteCodec.decode(payload));
      } catch (CorruptJournalException e) {
        return new Extent(good, Optional.of(e.getMessage()));
      }
      good += FileJournal.FRAME_OVERHEAD + length;
    }
    return new Extent(good, Optional.empty());
  }

  static int sum(ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }
}
