package io.conntracksync.operator.sync;

import java.util.Objects;

/** Where the target's agent receives: its address and one of its ports. */
record Place(String address, int port) {
  Place {
    Objects.requireNonNull(address, "address");
  }
}
