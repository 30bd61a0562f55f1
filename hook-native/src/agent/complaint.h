#ifndef CONNTRACKSYNC_COMPLAINT_H
#define CONNTRACKSYNC_COMPLAINT_H

#include "agent/conversation.h"

/* Who complains, and what follows from the fault: printable ASCII. */
struct speaker {
  const char *name;        /* put before every line */
  const char *consequence; /* put behind what is wrong */
};

/*
 * Each says one line on stderr, which libvirt logs: of the hook, and as the text of the error when
 * it fails; of the gate as a part of the daemon. Printable ASCII, at most LINE_MAX_BYTES. A stderr
 * that takes nothing now, or that nobody reads any more, is left alone: a log line is not worth a
 * wait, and never a SIGPIPE. May be called by several threads at a time.
 */

/* The socket at `path` is there but could not be reached; `error` is an errno. */
void complain_unreachable(const struct speaker *speaker, const char *path, int error);

/* The domain's name cannot be put into a question. */
void complain_unsendable(const struct speaker *speaker, const char *domain);

/* The agent at `path` was asked and ended the conversation other than by an "ok". */
void complain_reply(const struct speaker *speaker, const char *path, const struct reply *reply);

#endif
