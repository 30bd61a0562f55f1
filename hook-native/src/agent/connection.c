#include "agent/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FREE_DESCRIPTOR = 3, QUEUE_FULL_PAUSE_MS = 2 };

/*
 * close(2) frees the number whatever it reports, and nothing was sent on these: there is nothing to
 * tell.
 */
static void drop(int descriptor) {
  const int closed = close(descriptor);
  (void)closed;
}

/*
 * A caller that started us with a closed standard descriptor would make the socket take its number,
 * and our own complaint would then go to the agent, or our stdin would be its answer. -1 and errno
 * on failure.
 */
static int above_standard_descriptors(int descriptor) {
  if (descriptor < 0 || descriptor >= FIRST_FREE_DESCRIPTOR) {
    return descriptor;
  }
  const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR);
  const int error = errno;
  drop(descriptor);
  errno = error;
  return moved;
}

/* 0, or the errno of the failure. */
static int connect_until(int descriptor, const char *path, struct deadline deadline) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t length = strlen(path);
  if (length >= sizeof address.sun_path) {
    return ENAMETOOLONG;
  }
  memcpy(address.sun_path, path, length + 1);

  for (;;) {
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0) {
      return 0;
    }
    /* EAGAIN: the queue of the listener is full. Linux gives nothing to poll for in that case. */
    if (errno != EAGAIN && errno != EINTR) {
      return errno;
    }
    const int left = deadline_left(deadline);
    if (left == 0) {
      return ETIMEDOUT;
    }
    if (poll(NULL, 0, left < QUEUE_FULL_PAUSE_MS ? left : QUEUE_FULL_PAUSE_MS) < 0 &&
        errno != EINTR) {
      return errno;
    }
  }
}

static bool means_no_agent(int error) { return error == ENOENT || error == ENOTDIR; }

/*
 * A look costs a tenth of a socket, and a socket for nothing is what most pauses of guests would
 * cost. Only a look: what connect(2) finds is what counts.
 */
static bool is_absent(const char *path) { return access(path, F_OK) != 0 && means_no_agent(errno); }

struct connection connection_open(const char *const paths[], size_t count,
                                  struct deadline deadline) {
  struct connection failed = {.descriptor = -1};
  for (size_t i = 0; i < count; i++) {
    if (is_absent(paths[i])) {
      continue;
    }
    const int descriptor =
        above_standard_descriptors(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int error = descriptor < 0 ? errno : connect_until(descriptor, paths[i], deadline);
    if (error == 0) {
      return (struct connection){.descriptor = descriptor, .path = paths[i]};
    }
    if (descriptor >= 0) {
      drop(descriptor);
    }
    if (failed.path == NULL && !means_no_agent(error)) {
      failed.path = paths[i];
      failed.error = error;
    }
  }
  return failed;
}
