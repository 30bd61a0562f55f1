package io.conntracksync.e2e.bed;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must be on the machine before a bed can be made. */
final class Prerequisites {
  /** Program to the Debian package that has it. */
  private static final Map<String, String> PROGRAMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("libvirtd", "libvirt-daemon-system"),
              Map.entry("virsh", "libvirt-clients"),
              Map.entry("qemu-system-x86_64", "qemu-system-x86"),
              Map.entry("busybox", "busybox-static"),
              Map.entry("ip", "iproute2"),
              Map.entry("nft", "nftables"),
              Map.entry("conntrack", "conntrack"),
              Map.entry("nsenter", "util-linux"),
              Map.entry("stdbuf", "coreutils"),
              Map.entry("sysctl", "procps"),
              // The launcher of pods.
              Map.entry("python3", "python3")));

  private Prerequisites() {}

  /** Throws with all that is missing, not just the first. */
  static void require(BedSettings settings) {
    List<String> missing = new ArrayList<>();
    if (!isRoot()) {
      missing.add("root rights: the bed makes network namespaces and mounts");
    }
    PROGRAMS.forEach(
        (program, debianPackage) -> {
          if (find(program).isEmpty()) {
            missing.add("program " + program + ": apt-get install " + debianPackage);
          }
        });
    if (!Files.isReadable(settings.kernel().resolve("vmlinuz"))) {
      missing.add("guest kernel " + settings.kernel() + ": make guest-kernel");
    }
    if (!Files.isExecutable(settings.guestProgram())) {
      missing.add("guest program " + settings.guestProgram() + ": make guest");
    }
    if (settings.datapath().isCilium()) {
      missing.addAll(missingOfCilium(settings));
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException("the test bed lacks:\n  - " + String.join("\n  - ", missing));
    }
  }

  private static List<String> missingOfCilium(BedSettings settings) {
    List<String> missing = new ArrayList<>();
    if (find("bpftool").isEmpty()) {
      missing.add("program bpftool: apt-get install bpftool");
    }
    if (!Files.isReadable(settings.firewallProgram())) {
      missing.add("firewall " + settings.firewallProgram() + ": make datapath");
    }
    if (!Files.isExecutable(settings.ciliumAgent())) {
      missing.add("stand-in for Cilium's agent " + settings.ciliumAgent() + ": make cilium-tools");
    }
    return missing;
  }

  /** The file that a program's name stands for; throws when there is none on the path. */
  static Path program(String name) {
    List<Path> found = find(name);
    if (found.isEmpty()) {
      throw new IllegalStateException(name + " is not on the PATH");
    }
    return found.get(0);
  }

  private static List<Path> find(String program) {
    List<Path> found = new ArrayList<>();
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        found.add(file);
      }
    }
    return found;
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the owner of /proc/self", e);
    }
  }
}
