/*
 * strerror() may hand out one buffer to all threads. Of strerror_r() there are two, and this takes
 * POSIX's in every libc.
 */
#undef _GNU_SOURCE
#define _POSIX_C_SOURCE 200809L

#include "agent/complaint.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { ERROR_TEXT_BYTES = 96 };

static void add_printable(struct text *line, const char *string) {
  text_add_printable(line, string, strlen(string));
}

static void add_error(struct text *line, int error) {
  char text[ERROR_TEXT_BYTES];
  add_printable(line, strerror_r(error, text, sizeof text) == 0 ? text : "an unknown error");
}

static bool takes_a_line(int descriptor) {
  /* A pipe is ready to be written when a whole page fits: then our write cannot block. */
  struct pollfd log = {.fd = descriptor, .events = POLLOUT};
  return poll(&log, 1, 0) == 1 && log.revents == POLLOUT;
}

/*
 * The reader may go between the look and the write. Its SIGPIPE is ours alone to take: for the
 * process, whose disposition of it is not ours to change, it would be death. Linux sends it to the
 * thread that wrote, and gives each thread a mask of its own to sigprocmask(2) as well; that
 * function is in older libcs under the same name, pthread_sigmask() is not.
 */
static void write_without_a_signal(int descriptor, const struct text *line) {
  const struct timespec no_time = {.tv_sec = 0};
  sigset_t pipe_signal, mask_before, pending_before;
  if (sigemptyset(&pipe_signal) != 0 || sigaddset(&pipe_signal, SIGPIPE) != 0 ||
      sigprocmask(SIG_BLOCK, &pipe_signal, &mask_before) != 0) {
    return;
  }
  const bool pending_known = sigpending(&pending_before) == 0;
  if (pending_known && write(descriptor, line->bytes, line->used) < 0 && errno == EPIPE &&
      sigismember(&pending_before, SIGPIPE) == 0) {
    const int taken = sigtimedwait(&pipe_signal, NULL, &no_time);
    (void)taken; /* none is there when the process ignores it */
  }
  const int restored = sigprocmask(SIG_SETMASK, &mask_before, NULL);
  (void)restored; /* it fails only for arguments that are wrong */
}

static void say(struct text *line) {
  text_end_line(line);
  if (takes_a_line(STDERR_FILENO)) {
    write_without_a_signal(STDERR_FILENO, line);
  }
}

static struct text line_of(const struct speaker *speaker) {
  struct text line = {.used = 0};
  text_add(&line, speaker->name);
  text_add(&line, ": ");
  return line;
}

void complain_unreachable(const struct speaker *speaker, const char *path, int error) {
  struct text line = line_of(speaker);
  text_add(&line, "cannot reach the agent at ");
  text_add(&line, path);
  text_add(&line, ": ");
  add_error(&line, error);
  text_add(&line, speaker->consequence);
  say(&line);
}

void complain_unsendable(const struct speaker *speaker, const char *domain) {
  struct text line = line_of(speaker);
  text_add(&line,
           "the agent is not asked, the domain's name is empty, too long, or has a control byte");
  text_add(&line, speaker->consequence);
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
      return "gave an answer that is not known here (do their versions match?)";
    case REPLY_FAILED:
      return "could not be talked to: ";
    case REPLY_OK:
    case REPLY_ABORT:
      break;
  }
  return "";
}

void complain_reply(const struct speaker *speaker, const char *path, const struct reply *reply) {
  struct text line = line_of(speaker);
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
    add_error(&line, reply->error);
  }
  text_add(&line, speaker->consequence);
  say(&line);
}
