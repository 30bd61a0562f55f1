#include "agent/answer.h"

#include <stdbool.h>
#include <string.h>

static bool starts_with(const char *line, size_t length, const char *word) {
  const size_t word_length = strlen(word);
  return length >= word_length && memcmp(line, word, word_length) == 0;
}

/* The number that the digits say, or 0 when they are no number from 1 to HOLD_MAX_MS. */
static int hold_of(const char *digits, size_t length) {
  if (length == 0 || digits[0] == '0') {
    return 0;
  }
  int number = 0;
  for (size_t i = 0; i < length; i++) {
    if (digits[i] < '0' || digits[i] > '9') {
      return 0;
    }
    number = number * 10 + (digits[i] - '0');
    if (number > HOLD_MAX_MS) {
      return 0;
    }
  }
  return number;
}

struct answer answer_read(const char *line, size_t length) {
  static const char ok[] = "ok", ok_with[] = "ok ", hold[] = "hold ", abort_with[] = "abort ";

  if (starts_with(line, length, ok_with) ||
      (length == strlen(ok) && starts_with(line, length, ok))) {
    return (struct answer){.kind = ANSWER_OK};
  }
  if (starts_with(line, length, hold)) {
    const int hold_ms = hold_of(line + strlen(hold), length - strlen(hold));
    if (hold_ms > 0) {
      return (struct answer){.kind = ANSWER_HOLD, .hold_ms = hold_ms};
    }
  }
  if (starts_with(line, length, abort_with) && length > strlen(abort_with)) {
    return (struct answer){.kind = ANSWER_ABORT,
                           .reason = line + strlen(abort_with),
                           .reason_length = length - strlen(abort_with)};
  }
  return (struct answer){.kind = ANSWER_UNKNOWN};
}
