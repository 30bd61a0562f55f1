#ifndef CONNTRACKSYNC_ANSWER_H
#define CONNTRACKSYNC_ANSWER_H

#include <stddef.h>

/* The longest hold that is granted, in milliseconds: the upper end of the API's hookDeadline. */
enum { HOLD_MAX_MS = 5000 };

/* What a line of the agent means. */
enum answer_kind {
  ANSWER_OK,     /* "ok" or "ok <outcome>": go on */
  ANSWER_HOLD,   /* "hold <ms>": the answer takes up to that long */
  ANSWER_ABORT,  /* "abort <reason>": the migration shall fail */
  ANSWER_UNKNOWN /* anything else: go on, and say so */
};

struct answer {
  enum answer_kind kind;
  int hold_ms;          /* of ANSWER_HOLD: 1 to HOLD_MAX_MS; else 0 */
  const char *reason;   /* of ANSWER_ABORT: points into the line, unchecked bytes; else null */
  size_t reason_length; /* at least 1 with ANSWER_ABORT; else 0 */
};

/*
 * Reads one line, given without its newline; a zero byte is a byte like others. Exact: one space
 * between words, lower case, no sign and no leading zero in a number. There is no error: what is
 * not known is ANSWER_UNKNOWN.
 */
__attribute__((warn_unused_result)) struct answer answer_read(const char *line, size_t length);

#endif
