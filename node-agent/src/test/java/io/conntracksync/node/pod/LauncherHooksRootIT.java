package io.conntracksync.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.launcher.TestLauncher;
import io.conntracksync.node.linux.UnixListener;
import io.conntracksync.node.session.SyncOrder;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hook and socket in stand-ins for launchers, from a sync's start to its end. */
class LauncherHooksRootIT {
  private static final String POD = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String OTHER = "9e3f0000-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final byte[] PROGRAM = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private final List<HookInstallation> counted = new CopyOnWriteArrayList<>();
  private final List<TestLauncher> open = new ArrayList<>();
  private Path configuration;
  private LauncherHooks hooks;

  @BeforeEach
  void prepare() throws IOException {
    configuration = TestLauncher.prepare(folder, POD);
    hooks = hooks();
  }

  @AfterEach
  void end() {
    hooks.close();
    for (TestLauncher each : open) {
      each.close();
    }
  }

  @Test
  void theyAreThereFromTheSyncsStartToItsEnd() throws Exception {
    hooks.seek(order(), POD);
    TestLauncher launcher = start(POD);

    await("installed").until(() -> counted.contains(HookInstallation.INSTALLED));
    assertThat(hook()).isRegularFile();
    assertThat(launcher.sockets().resolve("cts-hook")).exists();

    hooks.release("sync");
    await("gone")
        .untilAsserted(
            () ->
                assertThat(launcher.sockets())
                    .isDirectoryNotContaining(LauncherHooksRootIT::isHookSocket));
    assertThat(configuration.resolve("hooks/qemu.d")).doesNotExist();
    assertThat(counted).containsExactly(HookInstallation.INSTALLED);
  }

  @Test
  void whatAKilledAgentHasLeftIsTakenAway() throws Exception {
    TestLauncher launcher = start(POD);
    LauncherHooks killed = hooks();
    killed.seek(order(), POD);
    await("installed").until(() -> counted.contains(HookInstallation.INSTALLED));

    hooks.takeAwayLeft();

    assertThat(launcher.sockets()).isDirectoryNotContaining(LauncherHooksRootIT::isHookSocket);
    assertThat(hook()).doesNotExist();
  }

  @Test
  void aLinkToTheHostsEtcIsRefusedAndCounted() throws Exception {
    Files.createSymbolicLink(configuration.resolve("hooks/qemu.d"), Path.of("/etc"));
    start(POD);
    hooks.seek(order(), POD);

    await("refused").until(() -> counted.contains(HookInstallation.REFUSED));
    assertThat(Path.of("/etc/50-conntracksync-agent")).doesNotExist();
  }

  @Test
  void aLauncherThatAnswersForAnotherPodIsRefusedAndCounted() throws Exception {
    Path foreign = TestLauncher.prepare(folder, OTHER);
    TestLauncher other = start(OTHER);
    Path own = folder.resolve("pods/" + POD + "/volumes/kubernetes.io~empty-dir/sockets");
    Files.createDirectories(own);
    Files.createSymbolicLink(
        own.resolve("launcher-sock"), other.sockets().resolve("launcher-sock"));
    hooks.seek(order(), POD);

    await("refused").until(() -> counted.contains(HookInstallation.REFUSED));
    assertThat(foreign.resolve("hooks/qemu.d")).doesNotExist();
    assertThat(own).isDirectoryNotContaining(LauncherHooksRootIT::isHookSocket);
  }

  @Test
  void anOldKubeVirtIsTold() throws Exception {
    Files.delete(configuration.resolve("hooks/qemu"));
    start(POD);
    hooks.seek(order(), POD);

    await("told").until(() -> counted.contains(HookInstallation.NO_MAIN_HOOK));
    assertThat(configuration.resolve("hooks")).isEmptyDirectory();
  }

  @Test
  void aPodThatCameWithTheHookKeepsItAndGetsTheSocket() throws Exception {
    Path folder = Files.createDirectory(configuration.resolve("hooks/qemu.d"));
    Path provided = folder.resolve("50-conntracksync");
    Files.write(provided, PROGRAM);
    TestLauncher launcher = start(POD);
    hooks.seek(order(), POD);

    await("seen").until(() -> counted.contains(HookInstallation.PROVIDED));
    assertThat(folder).isDirectoryContaining(file -> file.equals(provided));
    assertThat(hook()).doesNotExist();
    assertThat(launcher.sockets().resolve("cts-hook")).exists();

    hooks.release("sync");
    await("gone")
        .untilAsserted(
            () ->
                assertThat(launcher.sockets())
                    .isDirectoryNotContaining(LauncherHooksRootIT::isHookSocket));
    assertThat(provided).hasBinaryContent(PROGRAM);
  }

  private static boolean isHookSocket(Path file) {
    return file.getFileName().toString().equals("cts-hook");
  }

  private LauncherHooks hooks() {
    return new LauncherHooks(
        new Launchers(folder),
        Optional.of(PROGRAM),
        (order, path) -> listen(path),
        (order, result, message) -> counted.add(result));
  }

  private static Closeable listen(Path path) throws IOException {
    UnixListener listener = UnixListener.bind(path, 1);
    return () -> {
      listener.close();
      listener.release();
      Files.delete(path);
    };
  }

  private TestLauncher start(String podUid) throws IOException {
    TestLauncher launcher = TestLauncher.start(folder, podUid);
    open.add(launcher);
    return launcher;
  }

  private static SyncOrder order() throws IOException {
    return new SyncOrder(
        "sync",
        "shop",
        "move",
        "shop_db",
        new SyncOrder.Nodes("nodea", "nodeb"),
        Set.of(InetAddress.getByName("10.30.0.100")),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        SyncOrder.DeadlinePolicy.IGNORE);
  }

  private Path hook() {
    return configuration.resolve("hooks/qemu.d/50-conntracksync-agent");
  }
}
