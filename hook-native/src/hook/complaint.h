#ifndef CONNTRACKSYNC_COMPLAINT_H
#define CONNTRACKSYNC_COMPLAINT_H

#include "agent/conversation.h"

/*
 * Each says one line on stderr, which libvirt logs, and which it makes the text of the error when
 * the hook fails. Printable ASCII, at most LINE_MAX_BYTES. A stderr that takes nothing now is left
 * alone: a log line is not worth a wait.
 */

/* The socket at `path` is there but could not be reached; `error` is an errno. */
void complain_unreachable(const char *path, int error);

/* The domain's name cannot be put into a question. */
void complain_unsendable(const char *domain);

/* The agent at `path` was asked and ended the conversation other than by an "ok". */
void complain_reply(const char *path, const struct reply *reply);

#endif
