#include "agent/conversation.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "agent/answer.h"

/* What has arrived and is not yet read as a line. */
struct inbox {
  char bytes[LINE_MAX_BYTES];
  size_t used;
};

static struct reply ended(enum reply_kind kind) { return (struct reply){.kind = kind}; }

static struct reply failed(int error) {
  return (struct reply){.kind = REPLY_FAILED, .error = error};
}

/* REPLY_OK means here: sent in full. */
static struct reply send_all(int descriptor, const struct text *question,
                             struct deadline deadline) {
  size_t sent = 0;
  while (sent < question->used) {
    const ssize_t count =
        send(descriptor, question->bytes + sent, question->used - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += (size_t)count;
      continue;
    }
    if (errno == EPIPE || errno == ECONNRESET) {
      return ended(REPLY_CLOSED);
    }
    if (errno != EAGAIN && errno != EINTR) {
      return failed(errno);
    }
    const enum waited waited = deadline_wait(deadline, descriptor, POLLOUT);
    if (waited != WAITED_READY) {
      return waited == WAITED_OVER ? ended(REPLY_LATE) : failed(errno);
    }
  }
  return ended(REPLY_OK);
}

/*
 * Waits for more bytes and puts them into the inbox, which has room. REPLY_OK means here: some
 * came.
 */
static struct reply receive_some(int descriptor, struct inbox *inbox, struct deadline deadline) {
  for (;;) {
    const enum waited waited = deadline_wait(deadline, descriptor, POLLIN);
    if (waited != WAITED_READY) {
      return waited == WAITED_OVER ? ended(REPLY_LATE) : failed(errno);
    }
    const ssize_t count =
        recv(descriptor, inbox->bytes + inbox->used, sizeof inbox->bytes - inbox->used, 0);
    if (count > 0) {
      inbox->used += (size_t)count;
      return ended(REPLY_OK);
    }
    if (count == 0 || errno == ECONNRESET) {
      return ended(REPLY_CLOSED);
    }
    if (errno != EAGAIN && errno != EINTR) {
      return failed(errno);
    }
  }
}

static struct reply final_reply(struct answer answer) {
  struct reply reply = {.kind = REPLY_UNKNOWN};
  if (answer.kind == ANSWER_OK) {
    reply.kind = REPLY_OK;
  }
  if (answer.kind == ANSWER_ABORT) {
    reply.kind = REPLY_ABORT;
    text_add_printable(&reply.reason, answer.reason, answer.reason_length);
  }
  return reply;
}

struct reply converse(int descriptor, const struct text *question, struct holding holding,
                      struct deadline deadline) {
  const struct reply sent = send_all(descriptor, question, deadline);
  if (sent.kind != REPLY_OK) {
    return sent;
  }
  struct inbox inbox = {.used = 0};
  for (;;) {
    const char *newline = memchr(inbox.bytes, '\n', inbox.used);
    if (newline == NULL) {
      if (inbox.used == sizeof inbox.bytes) {
        return ended(REPLY_UNKNOWN);
      }
      const struct reply received = receive_some(descriptor, &inbox, deadline);
      if (received.kind != REPLY_OK) {
        return received;
      }
      continue;
    }
    const size_t length = (size_t)(newline - inbox.bytes);
    const struct answer answer = answer_read(inbox.bytes, length);
    if (answer.kind != ANSWER_HOLD || answer.hold_ms > holding.longest_ms) {
      return final_reply(answer);
    }
    holding.longest_ms = 0; /* one hold only, else an agent could hold a migration for ever */
    deadline = deadline_in(answer.hold_ms + holding.grace_ms);
    inbox.used -= length + 1;
    memmove(inbox.bytes, newline + 1, inbox.used);
  }
}
