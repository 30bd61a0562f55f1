package io.conntracksync.e2e.product;

import io.conntracksync.e2e.bed.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The native hook, installed on a node as its documentation says. */
public final class InstalledHook {
  private static final String NAME = "50-conntracksync";

  private InstalledHook() {}

  /** Not executable before it is whole: libvirt runs every executable file of that folder. */
  public static void on(Node node, Build build) {
    Path folder = node.hooks();
    Path unfinished = folder.resolve(NAME + ".new");
    try {
      Files.copy(build.hook(), unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(unfinished, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the hook in " + folder, e);
    }
  }

  /** Takes it away again. */
  public static void removeFrom(Node node) {
    try {
      Files.deleteIfExists(node.hooks().resolve(NAME));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the hook from " + node.hooks(), e);
    }
  }
}
