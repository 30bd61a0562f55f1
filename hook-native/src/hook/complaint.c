#include "hook/complaint.h"

#include <poll.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char PREFIX[] = "conntracksync-hook: ";
static const char GOING_ON[] = "; the migration goes on without waiting";

static void add_printable(struct text *line, const char *string) {
  text_add_printable(line, string, strlen(string));
}

static void say(struct text *line) {
  text_end_line(line);
  /* A pipe is ready to be written when a whole page fits: then this write cannot block. */
  struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&log, 1, 0) == 1 && (log.revents & POLLOUT) != 0) {
    const ssize_t said = write(STDERR_FILENO, line->bytes, line->used);
    (void)said; /* there is nobody left to tell */
  }
}

void complain_unreachable(const char *path, int error) {
  struct text line = {.used = 0};
  text_add(&line, PREFIX);
  text_add(&line, "cannot reach the agent at ");
  text_add(&line, path);
  text_add(&line, ": ");
  add_printable(&line, strerror(error));
  text_add(&line, GOING_ON);
  say(&line);
}

void complain_unsendable(const char *domain) {
  struct text line = {.used = 0};
  text_add(&line, PREFIX);
  text_add(&line,
           "the agent is not asked, the domain's name is empty, too long, or has a control byte");
  text_add(&line, GOING_ON);
  text_add(&line, ": ");
  add_printable(&line, domain);
  say(&line);
}

static const char *sentence(enum reply_kind kind) {
  switch (kind) {
    case REPLY_LATE:
      return "gave no answer before the deadline";
    case REPLY_CLOSED:
      return "closed the connection before an answer";
    case REPLY_UNKNOWN:
      return "gave an answer that this hook does not know (do their versions match?)";
    case REPLY_FAILED:
      return "could not be talked to: ";
    case REPLY_OK:
    case REPLY_ABORT:
      break;
  }
  return "";
}

void complain_reply(const char *path, const struct reply *reply) {
  struct text line = {.used = 0};
  text_add(&line, PREFIX);
  if (reply->kind == REPLY_ABORT) {
    text_add_bytes(&line, reply->reason.bytes, reply->reason.used);
    say(&line);
    return;
  }
  text_add(&line, "the agent at ");
  text_add(&line, path);
  text_add(&line, " ");
  text_add(&line, sentence(reply->kind));
  if (reply->kind == REPLY_FAILED) {
    add_printable(&line, strerror(reply->error));
  }
  text_add(&line, GOING_ON);
  say(&line);
}
