package io.conntracksync.node.libvirt;

import java.io.IOException;
import java.util.Optional;

/** Where a libvirt is to be found. Asked anew before each connection; may block. */
@FunctionalInterface
public interface LibvirtPlace {
  /** Empty when there is none at present. Throws when there is one that must not be used. */
  Optional<Way> find() throws IOException;

  /** A libvirt that is always under the same address. */
  static LibvirtPlace at(String uri) {
    return () -> Optional.of(new Way(uri, () -> {}));
  }

  /**
   * A way to a libvirt, good until it is closed; a connection outlives it.
   *
   * @param uri as libvirt's client library takes it
   * @param end lets go of what the address leads through
   */
  record Way(String uri, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
