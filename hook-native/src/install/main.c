/*
 * Puts files into place where they may be run or loaded at any moment, in a container that has nothing else to do it
 * with: no shell and no libc. Given pairs of arguments, the file and its place.
 *
 * libvirt runs every executable file of its folder of hooks, a half-written one too, and a file that is open for
 * writing cannot be executed (execve(2), ETXTBSY). So each grows under another name in the same folder, not executable,
 * and gets its name when it is whole. A file that is there is replaced; a link that is there is replaced, not followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { PIECE_BYTES = 65536, READABLE = 0644, EXECUTABLE = 0755 };

static const char SUFFIX[] = ".new";

static bool complain(const char *what, const char *path) {
  (void)fprintf(stderr, "conntracksync-install: cannot %s %s: %s\n", what, path, strerror(errno));
  return false;
}

static bool write_all(int to, const char *bytes, size_t length) {
  while (length > 0) {
    const ssize_t count = write(to, bytes, length);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return false;
    }
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

/* Copies to the end of `from`; errno says what went wrong. */
static bool copy(int from, int to) {
  static char piece[PIECE_BYTES];
  for (;;) {
    const ssize_t count = read(from, piece, sizeof piece);
    if (count == 0) {
      return true;
    }
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0 || !write_all(to, piece, (size_t)count)) {
      return false;
    }
  }
}

static bool grow(int from, const char *growing) {
  /* Left by one that was killed. */
  if (unlink(growing) != 0 && errno != ENOENT) {
    return complain("remove", growing);
  }
  const int to = open(growing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, READABLE);
  if (to < 0) {
    return complain("make", growing);
  }
  const bool written = copy(from, to) && fsync(to) == 0;
  const int error = errno;
  const bool closed = close(to) == 0;
  if (!written) {
    errno = error;
  }
  return (written && closed) || complain("write", growing);
}

static bool install(const char *file, const char *place) {
  char growing[PATH_MAX];
  if (strlen(place) + sizeof SUFFIX > sizeof growing) {
    errno = ENAMETOOLONG;
    return complain("make", place);
  }
  (void)strcpy(growing, place);
  (void)strcat(growing, SUFFIX);
  const int from = open(file, O_RDONLY | O_CLOEXEC);
  if (from < 0) {
    return complain("read", file);
  }
  bool done = grow(from, growing);
  (void)close(from);
  if (done && chmod(growing, EXECUTABLE) != 0) {
    done = complain("make executable", growing);
  }
  if (done && rename(growing, place) != 0) {
    done = complain("make", place);
  }
  if (!done) {
    (void)unlink(growing);
  }
  return done;
}

int main(int argument_count, char *arguments[]) {
  if (argument_count < 3 || argument_count % 2 == 0) {
    (void)fprintf(stderr, "usage: conntracksync-install FILE PLACE [FILE PLACE]...\n");
    return EXIT_FAILURE;
  }
  for (int i = 1; i < argument_count; i += 2) {
    if (!install(arguments[i], arguments[i + 1])) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}
