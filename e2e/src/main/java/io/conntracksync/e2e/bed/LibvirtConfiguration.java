package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** The files of {@code /etc/libvirt} on a node. */
final class LibvirtConfiguration {
  /** Of any daemon here. */
  static final String QEMU_CONF =
      """
      # No virtlogd on a node: QEMU writes its log itself.
      stdio_handler = "file"
      # No profiles, and no extended attributes that two daemons would both set on one file.
      security_driver = "none"
      remember_owner = 0
      # No private /dev for each QEMU, no control groups: there is no manager for them here.
      namespaces = []
      cgroup_controllers = []
      """;

  /** Of a node's own daemon. */
  private static final String QEMU_AS_ROOT =
      """
      # Guests' files are anywhere, and post-copy needs userfaultfd.
      user = "root"
      group = "root"
      """;

  /** libvirt calls no hook at all unless it finds one of this name when it starts. */
  static final String MAIN_HOOK = "#!/bin/sh\nexit 0\n";

  private LibvirtConfiguration() {}

  /**
   * The daemon's own settings. The two nodes need different host identities: libvirt refuses to
   * migrate to the same host, and would find the machine's own identity on both.
   *
   * @param log as the daemon sees it
   */
  static String libvirtdConf(UUID host, Path log) {
    return """
    # Peer-to-peer migration; reachable only inside the bed's namespaces.
    listen_tls = 0
    listen_tcp = 1
    auth_tcp = "none"
    auth_unix_rw = "none"
    host_uuid = "%s"
    # Every call of a hook and every phase of a migration.
    log_filters = "1:qemu 1:hook 3:*"
    log_outputs = "1:file:%s"
    """
        .formatted(host, log);
  }

  /**
   * {@code /etc/hosts} of every node. libvirtd looks up its own name in each migration, once while
   * the guest stands still: without an entry that takes as long as the name server does not answer.
   */
  static String hosts() {
    return """
    127.0.0.1 localhost
    ::1 localhost
    %s nodea
    %s nodeb
    """
        .formatted(Plan.NODE_A.v4(), Plan.NODE_B.v4());
  }

  static void write(Path folder, UUID host) {
    try {
      Files.writeString(folder.resolve("qemu.conf"), QEMU_CONF + QEMU_AS_ROOT);
      Files.writeString(
          folder.resolve("libvirtd.conf"),
          libvirtdConf(host, Path.of("/var/log/libvirt/libvirtd.log")));
      Files.createDirectories(folder.resolve("hooks/qemu.d"));
      Path hook = folder.resolve("hooks/qemu");
      Files.writeString(hook, MAIN_HOOK);
      Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write libvirt's configuration to " + folder, e);
    }
  }
}
