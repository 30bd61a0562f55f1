package io.conntracksync.operator.sync;

import io.conntracksync.operator.ports.Ports;
import java.util.Objects;
import java.util.OptionalInt;

/** What follows from an observation. */
sealed interface Judgement {
  /** It has ended; an end is never revised. */
  record Ended() implements Judgement {}

  /** It stands here. */
  record Stands(Standing standing) implements Judgement {
    public Stands {
      Objects.requireNonNull(standing, "standing");
    }
  }

  /**
   * It may go on and needs a port of the target.
   *
   * @param refused the port that the target could not bind
   */
  record WantsPort(String address, Ports range, OptionalInt refused) implements Judgement {
    public WantsPort {
      Objects.requireNonNull(address, "address");
      Objects.requireNonNull(range, "range");
      Objects.requireNonNull(refused, "refused");
    }
  }
}
