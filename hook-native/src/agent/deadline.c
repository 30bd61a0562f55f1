#include "agent/deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/*
 * Far in the future when the clock fails: everything is over then, and the caller goes on (fail
 * open).
 */
static int64_t now_ns(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
    return INT64_MAX;
  }
  return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct deadline deadline_in(int64_t milliseconds) {
  const int64_t now = now_ns();
  if (milliseconds > (INT64_MAX - now) / NS_PER_MS) {
    return (struct deadline){.at_ns = INT64_MAX};
  }
  return (struct deadline){.at_ns = now + milliseconds * NS_PER_MS};
}

int deadline_left(struct deadline deadline) {
  const int64_t now = now_ns();
  if (now >= deadline.at_ns) {
    return 0;
  }
  const int64_t left = (deadline.at_ns - now - 1) / NS_PER_MS + 1;
  return left > INT_MAX ? INT_MAX : (int)left;
}

struct deadline deadline_earlier(struct deadline one, struct deadline other) {
  return one.at_ns <= other.at_ns ? one : other;
}

enum waited deadline_wait(struct deadline deadline, int descriptor, short events) {
  struct pollfd watched = {.fd = descriptor, .events = events};
  for (;;) {
    const int left = deadline_left(deadline);
    const int ready = poll(&watched, 1, left);
    if (ready > 0) {
      if ((watched.revents & POLLNVAL) != 0) {
        errno = EBADF;
        return WAITED_FAILED;
      }
      return WAITED_READY;
    }
    if (ready == 0 && left == 0) {
      return WAITED_OVER;
    }
    if (ready < 0 && errno != EINTR) {
      return WAITED_FAILED;
    }
  }
}
