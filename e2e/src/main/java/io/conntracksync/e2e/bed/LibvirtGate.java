package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The gate in a node's libvirt, installed as its documentation says. */
final class LibvirtGate {
  /** Where a node's daemon looks for plugins: in a folder of the node's own, not the machine's. */
  static final Map<String, String> ENVIRONMENT =
      Map.of("LIBVIRT_LOCK_MANAGER_PLUGIN_DIR", "/etc/libvirt/lock-driver");

  static final String NAME = "conntracksync-gate";

  private LibvirtGate() {}

  /** Before the daemon starts; the file first, because a daemon that misses it does not run. */
  static void install(Path plugin, Path configuration) {
    try {
      Path folder = Files.createDirectories(configuration.resolve("lock-driver"));
      Files.copy(plugin, folder.resolve(NAME + ".so"));
      Files.writeString(
          configuration.resolve("qemu.conf"),
          "lock_manager = \"" + NAME + "\"\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the gate in " + configuration, e);
    }
  }
}
