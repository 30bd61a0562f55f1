package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bed whose process was killed is swept away by the next one. */
final class KilledBedRootIT {
  @TempDir Path folder;

  @Test
  void nothingIsLeftOfABedThatWasKilledWithItsGuestRunning() throws Exception {
    killOnce(HeldBed.ON_THE_NODE, this::guestIsUp);
    assertThat(Namespace.existing(Plan.PREFIX)).as("what the killed one left").hasSize(4);

    try (Bed bed = Bed.up(BedSettings.of(Path.of("")))) {
      VirtualMachine guest = bed.virtualMachine("default", "held");
      assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.ABSENT);
      guest.create(bed.nodeA());
    }

    assertNothingIsLeft();
  }

  @Test
  void nothingIsLeftOfALauncherWhoseBedWasKilled() throws Exception {
    List<String> before = machine();
    killOnce(HeldBed.IN_A_POD, this::guestIsUp);
    assertThat(programs()).as("what the killed one left").anyMatch(file -> file.contains("qemu"));

    Bed.up(BedSettings.of(Path.of(""))).close();

    assertNothingIsLeft();
    assertThat(machine()).isEqualTo(before);
  }

  @Test
  void nothingIsLeftOfABedThatWasKilledHalfWayUp() throws Exception {
    killOnce(
        HeldBed.ON_THE_NODE,
        () -> programs().stream().anyMatch(program -> program.endsWith("/libvirtd")));

    Bed.up(BedSettings.of(Path.of(""))).close();

    assertNothingIsLeft();
  }

  @Test
  void aBedWhoseProcessIsToldToEndLeavesNothing() throws Exception {
    Process process = start(HeldBed.ON_THE_NODE);
    try {
      await(process, this::guestIsUp);
    } finally {
      process.destroy();
      process.onExit().join();
    }

    assertNothingIsLeft();
  }

  /** What is in the folders in which containers of KubeVirt have theirs mounted. */
  private static List<String> machine() throws IOException {
    try (Stream<Path> run = Files.list(Path.of("/run"))) {
      return run.map(Path::toString).filter(name -> name.contains("kubevirt")).sorted().toList();
    }
  }

  private boolean guestIsUp() throws IOException {
    return Files.readString(output()).contains(HeldBed.READY);
  }

  private Path output() {
    return folder.resolve("output");
  }

  private void killOnce(String where, Callable<Boolean> condition) throws IOException {
    Process process = start(where);
    try {
      await(process, condition);
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private Process start(String where) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            HeldBed.class.getName(),
            Path.of("").toAbsolutePath().toString(),
            where)
        .redirectErrorStream(true)
        .redirectOutput(output().toFile())
        .start();
  }

  private void await(Process process, Callable<Boolean> condition) {
    Awaitility.await("the moment to end it")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(process.isAlive()).as(Files.readString(output())).isTrue();
              return condition.call();
            });
  }

  private static void assertNothingIsLeft() {
    assertThat(Namespace.existing(Plan.PREFIX)).isEmpty();
    assertThat(Path.of("/etc/netns"))
        .satisfiesAnyOf(
            root -> assertThat(root).doesNotExist(),
            root -> assertThat(root).isDirectoryNotContaining("glob:**/" + Plan.PREFIX + "*"));
    assertThat(MachineLink.exists()).isFalse();
    // By the folders of the bed, which only its own programs have mounted or open.
    String work = BedSettings.of(Path.of("")).work().toString();
    assertThat(commandLines()).noneMatch(line -> line.contains(work));
    assertThat(mounts()).noneMatch(line -> line.contains(work));
  }

  /** The programs that run inside the bed's namespaces. */
  private static List<String> programs() {
    return Namespace.existing(Plan.PREFIX).stream()
        .flatMap(namespace -> namespace.processes().stream())
        .map(pid -> ProcessHandle.of(pid).flatMap(process -> process.info().command()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static List<String> commandLines() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("qemu") || line.contains("libvirtd"))
        .toList();
  }

  /** The mounts that any process of the machine has. */
  private static Set<String> mounts() {
    return ProcessHandle.allProcesses()
        .map(process -> read(Path.of("/proc", Long.toString(process.pid()), "mountinfo")))
        .flatMap(String::lines)
        .collect(Collectors.toSet());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // The process has ended meanwhile.
      return "";
    }
  }
}
