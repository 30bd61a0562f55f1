package io.conntracksync.e2e.bed;

/**
 * Where another libvirt reaches one for a migration.
 *
 * @param instance {@code system} or {@code session}, as libvirt's URIs have it
 */
record LibvirtAddress(String host, String instance) {
  static LibvirtAddress ofSystem(String host) {
    return new LibvirtAddress(host, "system");
  }

  static LibvirtAddress ofSession(String host) {
    return new LibvirtAddress(host, "session");
  }

  String daemon() {
    return "qemu+tcp://" + host + "/" + instance;
  }

  /** Where QEMU listens for the guest's memory. */
  String memory() {
    return "tcp://" + host + ":" + Plan.MIGRATION_PORT;
  }
}
