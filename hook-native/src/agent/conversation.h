#ifndef CONNTRACKSYNC_CONVERSATION_H
#define CONNTRACKSYNC_CONVERSATION_H

#include <stddef.h>

#include "agent/deadline.h"
#include "agent/text.h"

/* How far the answer to a question may be put off by "hold <ms>", in milliseconds. */
struct holding {
  int longest_ms; /* that is granted, at most HOLD_MAX_MS; 0: none is */
  int grace_ms;   /* given to the agent above its own word: for the way to us */
};

/* How a conversation ended. All but REPLY_OK and REPLY_ABORT are faults of agent or socket. */
enum reply_kind {
  REPLY_OK,      /* go on */
  REPLY_ABORT,   /* the agent wants the migration to fail: see reason */
  REPLY_LATE,    /* no answer before the deadline */
  REPLY_CLOSED,  /* the agent closed before it had answered */
  REPLY_UNKNOWN, /* an answer that this program does not know, or one too long */
  REPLY_FAILED   /* a system call failed: see error */
};

struct reply {
  enum reply_kind kind;
  struct text reason; /* of REPLY_ABORT: printable ASCII, no newline; else empty */
  int error;          /* of REPLY_FAILED: errno; else 0 */
};

/*
 * Sends one line and reads the answer, on a connected non-blocking stream socket, all of it until
 * the deadline. The answer is one line; where holding is allowed, one line "hold <ms>" may come
 * before it, and moves the deadline to <ms> + grace_ms after its arrival. A second one and one that
 * is too long are unknown answers. Raises no SIGPIPE. Does not close the socket.
 */
__attribute__((warn_unused_result)) struct reply converse(int descriptor,
                                                          const struct text *question,
                                                          struct holding holding,
                                                          struct deadline deadline);

#endif
