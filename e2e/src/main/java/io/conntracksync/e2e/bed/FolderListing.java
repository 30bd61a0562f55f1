package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything below a folder, a line each, so that two of them can be compared. */
final class FolderListing {
  private static final int FILE_TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;

  private FolderListing() {}

  /** In order: path, type and mode, owner, and what it holds. Links are not followed. */
  static List<String> of(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().map(FolderListing::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static String line(Path file) {
    try {
      Map<String, Object> unix =
          Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
      int mode = (int) unix.get("mode");
      return "%s %06o %s:%s %s"
          .formatted(file, mode, unix.get("uid"), unix.get("gid"), content(file, mode));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + file, e);
    }
  }

  private static String content(Path file, int mode) throws IOException {
    return switch (mode & FILE_TYPE) {
      case REGULAR -> Files.size(file) + " bytes " + hash(file);
      case LINK -> "-> " + Files.readSymbolicLink(file);
      default -> "";
    };
  }

  private static String hash(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
