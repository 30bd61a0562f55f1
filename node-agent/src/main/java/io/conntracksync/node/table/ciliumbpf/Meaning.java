package io.conntracksync.node.table.ciliumbpf;

import java.util.Optional;

/**
 * What the ids of an entry mean: numbers themselves are worth nothing on another node.
 *
 * @param service for which the flow was translated
 * @param backend that the service chose
 * @param names whether the source could name everything; if not, nothing is named
 */
record Meaning(Optional<ServiceName> service, Optional<BackendName> backend, Names names) {
  enum Names {
    COMPLETE,
    LOST
  }

  static final Meaning NONE = new Meaning(Optional.empty(), Optional.empty(), Names.COMPLETE);
  static final Meaning LOST = new Meaning(Optional.empty(), Optional.empty(), Names.LOST);
}
