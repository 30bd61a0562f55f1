package io.conntracksync.node.agent;

import java.time.Duration;

/**
 * How long an agent waits for another.
 *
 * @param connect for a connection
 * @param hello for the first message, on either side
 * @param acknowledgement for the answer to a barrier
 */
record TransferTimeouts(Duration connect, Duration hello, Duration acknowledgement) {
  /** Two seconds, two seconds, thirty. */
  static final TransferTimeouts DEFAULTS =
      new TransferTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(30));
}
