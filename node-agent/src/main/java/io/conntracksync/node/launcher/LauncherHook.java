package io.conntracksync.node.launcher;

import io.conntracksync.node.linux.ProgramFile;
import io.conntracksync.node.linux.RootedFolder;
import io.conntracksync.node.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Our hook in the root of a launcher, where its libvirt looks. Nothing else there is touched, and
 * nothing is reached through a link.
 */
public final class LauncherHook {
  /** After the main hook; no name that an administrator would choose. */
  static final String NAME = "50-conntracksync-agent";

  /** What pods have of those who install it with the pod, by the chart's policy or by hand. */
  private static final String PROVIDED = "50-conntracksync";

  private static final String HOOKS = "etc/libvirt/hooks";
  private static final String MAIN = "qemu";
  private static final String FOLDER = "qemu.d";

  private final Folder state;

  private LauncherHook(Folder state) {
    this.state = state;
  }

  private enum Folder {
    FOUND,
    MADE
  }

  /**
   * Whether the launcher has it already, and not from an agent: then it is left alone, and so is
   * its folder, which may not be written at all. Two would wait one after the other.
   */
  public static boolean isProvided(Launcher launcher) throws LauncherException {
    try {
      Optional<RootedFolder> found = folder(launcher);
      if (found.isEmpty()) {
        return false;
      }
      try (RootedFolder folder = found.get()) {
        return Files.isRegularFile(folder.path().resolve(PROVIDED), LinkOption.NOFOLLOW_LINKS);
      }
    } catch (IOException e) {
      throw failed("looked for in", launcher, e);
    }
  }

  /**
   * Puts it there; once more is the same. Empty when libvirt would not call it, and nothing was
   * written: there is no main hook, and libvirt looked for one when it started (KubeVirt up to 1.4
   * ships none).
   */
  public static Optional<LauncherHook> install(Launcher launcher, byte[] program)
      throws LauncherException {
    try {
      Optional<RootedFolder> found = RootedFolder.open(launcher.folder(), HOOKS);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      try (RootedFolder hooks = found.get()) {
        if (!Files.exists(hooks.path().resolve(MAIN), LinkOption.NOFOLLOW_LINKS)) {
          return Optional.empty();
        }
        LauncherHook hook = new LauncherHook(make(hooks.path().resolve(FOLDER)));
        try {
          hook.put(launcher, program);
        } catch (IOException e) {
          hook.removeMade(launcher);
          throw e;
        }
        return Optional.of(hook);
      }
    } catch (IOException e) {
      throw failed("put into", launcher, e);
    }
  }

  private void put(Launcher launcher, byte[] program) throws IOException {
    Optional<RootedFolder> found = folder(launcher);
    if (found.isEmpty()) {
      throw new IOException(HOOKS + "/" + FOLDER + " is gone again");
    }
    try (RootedFolder folder = found.get()) {
      if (state == Folder.MADE) {
        // For libvirt's user, whatever our umask.
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      ProgramFile.put(folder.path(), NAME, program);
    }
  }

  /** Leaves the launcher's root as it was found. */
  public void remove(Launcher launcher) throws LauncherException {
    removeLeft(launcher);
    try {
      removeMade(launcher);
    } catch (IOException e) {
      throw failed("taken out of", launcher, e);
    }
  }

  /** Takes away what another agent may have left there. */
  public static void removeLeft(Launcher launcher) throws LauncherException {
    try {
      Optional<RootedFolder> found = folder(launcher);
      if (found.isPresent()) {
        try (RootedFolder folder = found.get()) {
          ProgramFile.remove(folder.path(), NAME);
        }
      }
    } catch (IOException e) {
      throw failed("taken out of", launcher, e);
    }
  }

  private void removeMade(Launcher launcher) throws IOException {
    if (state == Folder.FOUND) {
      return;
    }
    Optional<RootedFolder> found = RootedFolder.open(launcher.folder(), HOOKS);
    if (found.isPresent()) {
      try (RootedFolder hooks = found.get()) {
        Files.deleteIfExists(hooks.path().resolve(FOLDER));
      } catch (DirectoryNotEmptyException e) {
        // Somebody else uses it by now.
        return;
      }
    }
  }

  private static Optional<RootedFolder> folder(Launcher launcher) throws SystemCallException {
    return RootedFolder.open(launcher.folder(), HOOKS + "/" + FOLDER);
  }

  private static Folder make(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return Folder.MADE;
    } catch (FileAlreadyExistsException e) {
      // Whether it is a folder is seen when it is opened.
      return Folder.FOUND;
    }
  }

  private static LauncherException failed(String what, Launcher launcher, IOException cause) {
    return new LauncherException(
        "the hook cannot be "
            + what
            + " launcher process "
            + launcher.pid()
            + ": "
            + cause.getMessage(),
        cause);
  }
}
