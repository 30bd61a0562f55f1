package io.conntracksync.node.table.netfilter;

import java.util.Optional;

/**
 * What else a flow needs on the target.
 *
 * @param helper name of the helper that reads its packets, at most {@value #MAX_HELPER_LENGTH}
 *     letters
 * @param master original tuple of the flow that expected this one, in the same zones
 */
record Ties(Optional<String> helper, Optional<Tuple> master) {
  static final Ties NONE = new Ties(Optional.empty(), Optional.empty());

  /** {@code NF_CT_HELPER_NAME_LEN} less the zero at the end. */
  static final int MAX_HELPER_LENGTH = 15;

  Ties withoutHelper() {
    return new Ties(Optional.empty(), master);
  }

  Ties withoutMaster() {
    return new Ties(helper, Optional.empty());
  }
}
