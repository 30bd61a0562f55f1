package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What two libvirt daemons on one machine must not share, in one folder for each node. */
record NodeFolders(Path root) {
  /** Where a node's programs see the folder of Cilium's agent, if one runs there. */
  static final Path CILIUM = Path.of("/run/cilium");

  /** Where a node's programs see the kubelet's folder. */
  static final Path KUBELET = Path.of("/var/lib/kubelet");

  Path libvirtConfiguration() {
    return root.resolve("etc");
  }

  Path libvirtLogs() {
    return root.resolve("log");
  }

  Path libvirtOutput() {
    return root.resolve("libvirtd-output.log");
  }

  Path kubelet() {
    return root.resolve("kubelet");
  }

  Path ciliumOutput() {
    return root.resolve("cilium-agent.log");
  }

  Path agentRuntime() {
    return root.resolve("agent");
  }

  /** The root of the container of a launcher. */
  Path launcher(String podUid) {
    return launchers().resolve(podUid);
  }

  private Path launchers() {
    return root.resolve("launchers");
  }

  /** The same as {@link #cache} for the libvirts of launchers, which are of another user. */
  Path launcherCache() {
    return root.resolve("launcher-cache");
  }

  /** Capabilities of QEMU, which take seconds to find out: kept from one bed to the next. */
  private Path cache() {
    return root.resolve("cache");
  }

  /** Folder of ours to the place where the node's programs see it. */
  Map<Path, Path> mounts() {
    Map<Path, Path> mounts = new LinkedHashMap<>();
    mounts.put(libvirtConfiguration(), Path.of("/etc/libvirt"));
    mounts.put(root.resolve("run"), Path.of("/run/libvirt"));
    mounts.put(root.resolve("lib"), Path.of("/var/lib/libvirt"));
    mounts.put(libvirtLogs(), Path.of("/var/log/libvirt"));
    mounts.put(cache(), Path.of("/var/cache/libvirt"));
    mounts.put(agentRuntime(), Path.of("/run/conntracksync"));
    mounts.put(kubelet(), KUBELET);
    // In any case: no program of a node is to find an agent of the machine's own.
    mounts.put(root.resolve("cilium"), CILIUM);
    return mounts;
  }

  /** Empties and makes them, and the places that they are mounted on. */
  void create() {
    try {
      delete(launchers());
      Files.createDirectories(launcherCache());
      Files.setAttribute(launcherCache(), "unix:uid", LauncherRoot.USER);
      for (Map.Entry<Path, Path> mount : mounts().entrySet()) {
        if (!mount.getKey().equals(cache())) {
          delete(mount.getKey());
        }
        Files.createDirectories(mount.getKey());
        Files.createDirectories(mount.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the node's folders in " + root, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
