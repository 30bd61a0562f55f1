package io.conntracksync.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Puts a program into the root of a stand-in for a launcher, which may be up to anything. */
class LauncherHookRootIT {
  private static final String UID = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final byte[] PROGRAM = "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Path configuration;
  private TestLauncher standIn;

  @BeforeEach
  void start() throws IOException {
    configuration = TestLauncher.prepare(folder, UID);
    standIn = TestLauncher.start(folder, UID);
  }

  @AfterEach
  void end() {
    standIn.close();
  }

  @Test
  void itIsThereAsAProgramAndLeavesNothing() throws IOException {
    List<String> before = everything(configuration);
    try (Launcher launcher = launcher()) {
      LauncherHook hook = LauncherHook.install(launcher, PROGRAM).orElseThrow();

      assertThat(hook()).hasBinaryContent(PROGRAM);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hook())))
          .isEqualTo("rwxr-xr-x");
      assertThat(everything(configuration)).hasSize(before.size() + 2);

      hook.remove(launcher);
    }
    assertThat(everything(configuration)).isEqualTo(before);
  }

  @Test
  void theHooksOfOthersStay() throws IOException {
    Path other = Files.createDirectory(configuration.resolve("hooks/qemu.d")).resolve("10-other");
    Files.writeString(other, "theirs");
    List<String> before = everything(configuration);
    try (Launcher launcher = launcher()) {
      LauncherHook.install(launcher, PROGRAM).orElseThrow().remove(launcher);
    }
    assertThat(everything(configuration)).isEqualTo(before);
    assertThat(other).hasContent("theirs");
  }

  @Test
  void aFolderThatWasThereStaysThoughItIsEmpty() throws IOException {
    Path theirs = Files.createDirectory(configuration.resolve("hooks/qemu.d"));
    try (Launcher launcher = launcher()) {
      LauncherHook.install(launcher, PROGRAM).orElseThrow().remove(launcher);
    }
    assertThat(theirs).isEmptyDirectory();
  }

  @Test
  void whereLibvirtCallsNoHookNothingIsWritten() throws IOException {
    Files.delete(configuration.resolve("hooks/qemu"));
    List<String> before = everything(configuration);
    try (Launcher launcher = launcher()) {
      assertThat(LauncherHook.install(launcher, PROGRAM)).isEmpty();
    }
    assertThat(everything(configuration)).isEqualTo(before);
  }

  @Test
  void aLinkToAFolderOfTheHostIsRefused() throws IOException {
    Path host = Files.createDirectory(folder.resolve("host"));
    Files.createSymbolicLink(configuration.resolve("hooks/qemu.d"), host);

    assertRefused();
    assertThat(host).isEmptyDirectory();
  }

  @Test
  void aLinkToTheHostsEtcIsRefused() throws IOException {
    Files.createSymbolicLink(configuration.resolve("hooks/qemu.d"), Path.of("/etc"));

    assertRefused();
    assertThat(Path.of("/etc", LauncherHook.NAME)).doesNotExist();
  }

  @Test
  void aLinkThatClimbsIsRefused() throws IOException {
    Path hooks = configuration.resolve("hooks");
    Files.move(hooks, configuration.resolve("elsewhere"));
    Files.createSymbolicLink(
        hooks, Path.of("../../../../..", configuration.resolve("elsewhere").toString()));

    assertRefused();
  }

  @Test
  void linksInPlaceOfOurFilesAreReplacedAndNotFollowed() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "of the host");
    Path theirs = Files.createDirectory(configuration.resolve("hooks/qemu.d"));
    Files.createSymbolicLink(theirs.resolve(LauncherHook.NAME), precious);
    Files.createSymbolicLink(theirs.resolve(LauncherHook.NAME + ".new"), precious);
    try (Launcher launcher = launcher()) {
      LauncherHook hook = LauncherHook.install(launcher, PROGRAM).orElseThrow();

      assertThat(hook()).isRegularFile().hasBinaryContent(PROGRAM);
      hook.remove(launcher);
    }
    assertThat(precious).hasContent("of the host");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(precious)))
        .doesNotContain("x");
    assertThat(theirs).isEmptyDirectory();
  }

  private void assertRefused() throws IOException {
    try (Launcher launcher = launcher()) {
      assertThatThrownBy(() -> LauncherHook.install(launcher, PROGRAM))
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("the hook cannot be put into launcher process " + launcher.pid())
          .hasMessageContaining("ELOOP; a link is on the way, which is not followed");
    }
  }

  private Launcher launcher() throws LauncherException {
    return new Launchers(folder).find(UID).orElseThrow();
  }

  private Path hook() {
    return configuration.resolve("hooks/qemu.d").resolve(LauncherHook.NAME);
  }

  private static List<String> everything(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }
}
