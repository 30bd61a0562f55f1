#ifndef CONNTRACKSYNC_DEADLINE_H
#define CONNTRACKSYNC_DEADLINE_H

#include <stdint.h>

/*
 * A moment after which nothing is waited for any more. It is on the monotonic clock
 * (clock_gettime(2), CLOCK_MONOTONIC), in nanoseconds, so that a correction of the wall clock can
 * neither hold a migration nor cut a wait short.
 */
struct deadline {
  int64_t at_ns;
};

/* What ended a wait for a descriptor. */
enum waited {
  WAITED_READY, /* it can be read or written, or its peer hung up: the next call on it will say */
  WAITED_OVER,  /* the deadline passed first */
  WAITED_FAILED /* it cannot be waited for: errno says why */
};

/* The moment `milliseconds` (0 or more) from now. Over at once when the clock cannot be read. */
__attribute__((warn_unused_result)) struct deadline deadline_in(int64_t milliseconds);

/* Milliseconds until it passes, rounded up, at most INT_MAX; 0: over, or no clock can be read. */
__attribute__((warn_unused_result)) int deadline_left(struct deadline deadline);

/* The one of the two that passes first. */
__attribute__((warn_unused_result)) struct deadline deadline_earlier(struct deadline one,
                                                                     struct deadline other);

/*
 * Waits until `descriptor` is ready for `events` (POLLIN or POLLOUT, poll(2)), at most until the
 * deadline. An interrupted wait goes on with what is left. One that is over already still looks
 * once: what lies there is not refused for being read late.
 */
__attribute__((warn_unused_result)) enum waited deadline_wait(struct deadline deadline,
                                                              int descriptor, short events);

#endif
