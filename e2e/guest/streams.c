#include "streams.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { DATAGRAM_MAX = 64, DATAGRAMS_A_TURN = 64 };

static struct stream streams[STREAMS_MAX];
static size_t count_open;

size_t streams_count(void) { return count_open; }

const struct stream *streams_at(size_t index) { return &streams[index]; }

static bool say_hello(int descriptor, size_t index) {
  char hello[DATAGRAM_MAX];
  const int length = snprintf(hello, sizeof hello, "hello %zu\n", index);
  return length > 0 && send(descriptor, hello, (size_t)length, MSG_NOSIGNAL) == length;
}

size_t streams_open(const struct endpoint *peer, size_t count) {
  size_t opened = 0;
  while (opened < count && count_open < STREAMS_MAX) {
    const int descriptor = datagrams_with(peer);
    if (descriptor < 0) {
      break;
    }
    if (!say_hello(descriptor, count_open)) {
      hang_up(descriptor);
      break;
    }
    streams[count_open] = (struct stream){.descriptor = descriptor};
    count_open++;
    opened++;
  }
  return opened;
}

/* Reads a decimal number of at most nine digits, and moves *at behind it. False: there is none. */
static bool read_number(const char **at, const char *end, unsigned long *number) {
  const char *start = *at;
  *number = 0;
  while (*at < end && **at >= '0' && **at <= '9' && *at - start < 9) {
    *number = *number * 10 + (unsigned long)(**at - '0');
    (*at)++;
  }
  return *at > start;
}

static void count_datagram(struct stream *stream, size_t index, const char *datagram,
                           size_t length) {
  const char *at = datagram;
  const char *end = datagram + length;
  unsigned long claimed, sequence;
  if (!read_number(&at, end, &claimed) || claimed != index || at == end || *at++ != ' ' ||
      !read_number(&at, end, &sequence)) {
    return;
  }
  if (at < end && *at == '\n') {
    at++;
  }
  if (at != end) {
    return;
  }
  stream->received++;
  if (sequence < SEQUENCES_MAX) {
    const size_t byte = sequence / 8;
    stream->seen[byte] |= (uint8_t)(1U << (sequence % 8));
    if (byte >= stream->seen_bytes) {
      stream->seen_bytes = byte + 1;
    }
  }
}

void streams_receive(size_t index) {
  struct stream *stream = &streams[index];
  for (int turn = 0; turn < DATAGRAMS_A_TURN; turn++) {
    char datagram[DATAGRAM_MAX];
    const ssize_t length = recv(stream->descriptor, datagram, sizeof datagram, MSG_TRUNC);
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return;
    }
    /* An error of the network (the peer refuses, say) is told once by recv and changes nothing. */
    if (length > 0 && (size_t)length <= sizeof datagram) {
      count_datagram(stream, index, datagram, (size_t)length);
    }
  }
}
