package io.conntracksync.node.journal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.conntracksync.node.session.JournalNote;
import io.conntracksync.node.session.Journals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One journal as a file: {@code magic u32 · version u32}, then for each note {@code length u32 ·
 * CRC-32C u32 · note}, see {@link NoteCodec}. A note is there for a later process once {@code
 * write} has returned, for the kernel keeps the page; it is not forced to a disk: a machine that
 * goes down takes its conntrack table with it. Not safe for several threads.
 */
final class FileJournal implements Journals.Journal {
  private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

  static final int MAGIC = 0x4354534a;
  static final int VERSION = 1;
  static final int HEADER_LENGTH = 8;
  static final int FRAME_OVERHEAD = 8;

  /** Longer than any that is written: a part of keys, each of the longest. */
  static final int MAX_NOTE = 4 * 1024 * 1024;

  /** Below this it is not worth the work. */
  private static final long SHORTEST_OVERLONG = 1024 * 1024;

  private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final JournalFaultCounter faults;
  private Optional<FileChannel> file = Optional.empty();
  private long length;
  private long lengthWhenNew;

  private FileJournal(Path path, JournalFaultCounter faults) {
    this.path = path;
    this.faults = faults;
  }

  /** Whatever is wrong with the file, the result is a journal. */
  static FileJournal open(Path path, JournalFaultCounter faults) {
    FileJournal journal = new FileJournal(path, faults);
    try {
      journal.open();
    } catch (IOException e) {
      journal.abandon(JournalFault.UNREADABLE, e);
    }
    return journal;
  }

  private void open() throws IOException {
    FileChannel channel = channel(path, Set.of(READ, WRITE, CREATE, LinkOption.NOFOLLOW_LINKS));
    file = Optional.of(channel);
    if (channel.size() == 0) {
      put(channel, header());
    } else {
      length = channel.size();
      channel.position(length);
    }
    lengthWhenNew = length;
  }

  /** A note at a time: the file of a large sync is larger than the heap. */
  @Override
  public void replay(Consumer<JournalNote> reader) {
    if (file.isEmpty()) {
      return;
    }
    try {
      replay(file.get(), reader);
    } catch (IOException e) {
      abandon(JournalFault.UNREADABLE, e);
    }
  }

  private void replay(FileChannel channel, Consumer<JournalNote> reader) throws IOException {
    channel.position(0);
    // Not closed: the channel is written to afterwards.
    JournalReader.Extent good =
        JournalReader.read(Channels.newInputStream(channel), channel.size(), reader);
    if (good.flaw().isPresent()) {
      faults.count(JournalFault.CORRUPT);
      LOG.atError()
          .addKeyValue("file", path)
          .addKeyValue("flaw", good.flaw().get())
          .addKeyValue("bytes", good.length())
          .log("journal is damaged, what stands behind the damage cannot be undone");
    }
    // Whatever is behind the last good note would hide what is written from now on.
    channel.truncate(good.length());
    channel.position(good.length());
    length = good.length();
    lengthWhenNew = length;
    if (length == 0) {
      put(channel, header());
    }
  }

  private static FileChannel channel(Path path, Set<OpenOption> options) throws IOException {
    return FileChannel.open(path, options, OURS_ALONE);
  }

  private static ByteBuffer header() {
    return ByteBuffer.allocate(HEADER_LENGTH).putInt(MAGIC).putInt(VERSION).flip();
  }

  @Override
  public void write(JournalNote note) {
    if (file.isEmpty()) {
      return;
    }
    try {
      put(file.get(), frame(note));
    } catch (IOException e) {
      abandon(JournalFault.UNWRITABLE, e);
    }
  }

  private static ByteBuffer frame(JournalNote note) {
    byte[] payload = NoteCodec.encode(note);
    return ByteBuffer.allocate(FRAME_OVERHEAD + payload.length)
        .putInt(payload.length)
        .putInt(JournalReader.sum(ByteBuffer.wrap(payload)))
        .put(payload)
        .flip();
  }

  private void put(FileChannel channel, ByteBuffer bytes) throws IOException {
    length += bytes.remaining();
    while (bytes.hasRemaining()) {
      var unused = channel.write(bytes);
    }
  }

  @Override
  public boolean isOverlong() {
    return file.isPresent() && length > SHORTEST_OVERLONG && length > 2 * lengthWhenNew;
  }

  @Override
  public void rewrite(List<JournalNote> notes) {
    if (file.isEmpty()) {
      return;
    }
    Path next = path.resolveSibling(path.getFileName() + FileJournals.UNFINISHED);
    try {
      FileChannel channel =
          channel(next, Set.of(WRITE, CREATE, TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS));
      length = 0;
      try {
        put(channel, header());
        for (JournalNote note : notes) {
          put(channel, frame(note));
        }
        // At once for whoever opens it: the old journal, or the new one.
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      file.get().close();
      file = Optional.of(channel);
      lengthWhenNew = length;
    } catch (IOException e) {
      abandon(JournalFault.UNWRITABLE, e);
    }
  }

  /** What is in the file stays true; it only says nothing of what comes. */
  private void abandon(JournalFault fault, IOException cause) {
    faults.count(fault);
    LOG.atError()
        .addKeyValue("file", path)
        .setCause(cause)
        .log("journal cannot be kept, the sync goes on without: see free room and rights there");
    close();
  }

  @Override
  public void discard() {
    close();
    FileJournals.delete(path, faults);
  }

  @Override
  public void close() {
    if (file.isEmpty()) {
      return;
    }
    try {
      file.get().close();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("journal did not close");
    }
    file = Optional.empty();
  }
}
