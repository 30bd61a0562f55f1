package io.conntracksync.node.journal;

import io.conntracksync.node.session.Journals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file a sync, named by its uid, in a folder that only the agent's user may read. The folder is
 * made when it is first needed.
 */
public final class FileJournals implements Journals {
  private static final Logger LOG = LoggerFactory.getLogger(FileJournals.class);

  /** The end of the name of a file that is to take a journal's place. */
  static final String UNFINISHED = ".new";

  /** A uid becomes a file's name: letters that could lead elsewhere are not among these. */
  private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,128}");

  private final Path folder;
  private final JournalFaultCounter faults;

  public FileJournals(Path folder, JournalFaultCounter faults) {
    this.folder = folder;
    this.faults = faults;
  }

  @Override
  public Journal open(String syncUid) {
    if (!UID.matcher(syncUid).matches()) {
      return NONE.open(syncUid);
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("no folder for journals");
    }
    // Without its folder the file cannot be opened, which is told there.
    return FileJournal.open(folder.resolve(syncUid), faults);
  }

  @Override
  public Set<String> uids() {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> UID.matcher(name).matches())
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      faults.count(JournalFault.UNREADABLE);
      LOG.atError().addKeyValue("folder", folder).setCause(e).log("journals cannot be listed");
      return Set.of();
    }
  }

  @Override
  public void discard(String syncUid) {
    if (UID.matcher(syncUid).matches()) {
      delete(folder.resolve(syncUid), faults);
    }
  }

  static void delete(Path journal, JournalFaultCounter faults) {
    try {
      Files.deleteIfExists(journal.resolveSibling(journal.getFileName() + UNFINISHED));
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      faults.count(JournalFault.UNWRITABLE);
      LOG.atError().addKeyValue("file", journal).setCause(e).log("journal cannot be removed");
    }
  }
}
