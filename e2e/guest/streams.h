#ifndef GUEST_STREAMS_H
#define GUEST_STREAMS_H

#include <stddef.h>
#include <stdint.h>

#include "sockets.h"

/*
 * UDP streams that a peer pushes after one request of ours. This side speaks once and never again:
 * what arrives later got through the firewall on the strength of that one datagram alone.
 */
enum { STREAMS_MAX = 64, SEQUENCES_MAX = 8192, SEQUENCE_BYTES = SEQUENCES_MAX / 8 };

struct stream {
  int descriptor;
  uint64_t received; /* well-formed datagrams of this stream, repeated ones too */
  size_t seen_bytes; /* of `seen`, up to the last that is not zero */
  uint8_t
      seen[SEQUENCE_BYTES]; /* bit n % 8, least significant first, of byte n / 8: sequence n came */
};

/* How many there are; they are numbered from 0 and never end. */
__attribute__((warn_unused_result)) size_t streams_count(void);

__attribute__((warn_unused_result)) const struct stream *streams_at(size_t index);

/*
 * Opens up to `count` more, and sends "hello <index>\n" on each, its only datagram. Returns how
 * many could be opened: fewer when the table is full or the network refuses.
 */
__attribute__((warn_unused_result)) size_t streams_open(const struct endpoint *peer, size_t count);

/*
 * Takes what has arrived on one, a bounded number of datagrams at a time. A datagram is "<index>
 * <sequence>" in decimal, a newline may follow; others are dropped. A sequence of SEQUENCES_MAX or
 * more is counted only.
 */
void streams_receive(size_t index);

#endif
