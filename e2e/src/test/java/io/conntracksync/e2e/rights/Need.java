package io.conntracksync.e2e.rights;

import java.util.function.BooleanSupplier;

/**
 * What the product has a right for: something that it does, and how that shows.
 *
 * @param cause makes it do that
 * @param shows whether it has done it
 * @param breaks what is seen instead, without the right, when it is not merely left undone
 * @param remedy what is to be done when it has the right again
 */
record Need(Runnable cause, BooleanSupplier shows, BooleanSupplier breaks, Remedy remedy) {
  /** How it comes to do it after all. */
  enum Remedy {
    /** It is caused once more. */
    AGAIN,
    /** The program is started, as the kubelet would do it. */
    START
  }

  static Need of(Runnable cause, BooleanSupplier shows) {
    return new Need(cause, shows, () -> true, Remedy.AGAIN);
  }

  /** Of something that a program does when it starts, or never. */
  static Need atStart(Runnable cause, BooleanSupplier shows) {
    return new Need(cause, shows, () -> true, Remedy.START);
  }

  /** With this to be seen in its place. */
  Need orElse(BooleanSupplier instead) {
    return new Need(cause, shows, instead, remedy);
  }
}
