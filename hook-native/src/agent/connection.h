#ifndef CONNTRACKSYNC_CONNECTION_H
#define CONNTRACKSYNC_CONNECTION_H

#include <stddef.h>

#include "agent/deadline.h"

/* What became of the attempt to reach an agent. */
struct connection {
  int descriptor;   /* non-blocking, close-on-exec, above the standard three; -1: not reached */
  const char *path; /* of the socket reached, or of the first that failed; null: none is there */
  int error;        /* the errno of that failure; else 0 */
};

/*
 * Connects to the first of `count` unix stream sockets that takes it (unix(7)), in the order given.
 * A path that is not there is passed over without a word: no socket means no agent, the ordinary
 * case. One that fails otherwise is passed over too, and remembered. Waits, until the deadline,
 * only for room in the queue of a listening agent.
 */
__attribute__((warn_unused_result)) struct connection connection_open(const char *const paths[],
                                                                      size_t count,
                                                                      struct deadline deadline);

#endif
