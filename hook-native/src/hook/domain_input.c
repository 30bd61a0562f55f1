#include "hook/domain_input.h"

#include <errno.h>
#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

enum { PIECE_BYTES = 4096 };

struct uuid_finder domain_input_search(int descriptor, struct deadline deadline) {
  struct uuid_finder finder = uuid_finder_start();
  char piece[PIECE_BYTES];
  size_t total = 0;
  /* What lies there already is looked at even when we come late: one piece, mostly enough. */
  do {
    /*
     * Not made non-blocking: that flag would belong to everyone who shares the pipe. After a
     * positive poll a read returns at once, with data or the end.
     */
    if (deadline_wait(deadline, descriptor, POLLIN) != WAITED_READY) {
      break;
    }
    const ssize_t count = read(descriptor, piece, sizeof piece);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;
    }
    total += (size_t)count;
    if (uuid_finder_feed(&finder, piece, (size_t)count) != SEARCH_GOING_ON) {
      return finder;
    }
  } while (total < DOMAIN_INPUT_MAX_BYTES && deadline_left(deadline) > 0);
  finder.search = SEARCH_ENDED;
  return finder;
}
