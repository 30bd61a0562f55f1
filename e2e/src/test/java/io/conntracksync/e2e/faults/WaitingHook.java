package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.bed.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The hook's process, which libvirt started and which waits for its agent. */
final class WaitingHook {
  private WaitingHook() {}

  /** Returns when the hook of this VM's start has its connection to the agent. */
  static void await(VirtualMachine vm) {
    Awaitility.await("libvirt's hook waits for the agent")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> processes(vm).anyMatch(WaitingHook::isConnected));
  }

  private static Stream<ProcessHandle> processes(VirtualMachine vm) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(
                        line -> line.contains("50-conntracksync " + vm.domain() + " started begin"))
                    .isPresent());
  }

  private static boolean isConnected(ProcessHandle process) {
    Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.anyMatch(WaitingHook::isSocket);
    } catch (IOException e) {
      return false; // It has ended meanwhile.
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // It was closed meanwhile.
    }
  }
}
