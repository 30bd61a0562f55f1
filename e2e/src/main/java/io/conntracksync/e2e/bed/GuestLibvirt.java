package io.conntracksync.e2e.bed;

import java.util.Optional;

/** The libvirt that has a node's guest: the node's own, or that of the launcher in its pod. */
interface GuestLibvirt extends AutoCloseable {
  /** Empty as long as none runs. */
  Optional<Virsh> virsh();

  LibvirtAddress address();

  @Override
  void close();
}
