#include <string.h>

#include "agent/answer.h"
#include "check.h"

static struct answer reading(const char *line) { return answer_read(line, strlen(line)); }

static enum answer_kind kind_of(const char *line) { return reading(line).kind; }

static void ok_goes_on_with_and_without_an_outcome(void) {
  CHECK(kind_of("ok") == ANSWER_OK);
  CHECK(kind_of("ok Imported") == ANSWER_OK);
  CHECK(kind_of("ok ") == ANSWER_OK);
}

static void a_hold_gives_its_milliseconds(void) {
  CHECK(reading("hold 1").hold_ms == 1);
  CHECK(reading("hold 200").hold_ms == 200);
  CHECK(reading("hold 5000").hold_ms == HOLD_MAX_MS);
}

static void a_hold_out_of_range_or_shape_is_unknown(void) {
  static const char *const lines[] = {"hold",
                                      "hold ",
                                      "hold 0",
                                      "hold 5001",
                                      "hold -1",
                                      "hold +5",
                                      "hold 007",
                                      "hold 5 ",
                                      "hold  5",
                                      "hold 5x",
                                      "hold 99999999999999999999999999",
                                      "hold 0x10",
                                      "hold 1e3",
                                      "hold 1.5"};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    CHECK(kind_of(lines[i]) == ANSWER_UNKNOWN);
    CHECK(reading(lines[i]).hold_ms == 0);
  }
}

static void an_abort_gives_its_reason(void) {
  const struct answer answer = reading("abort table full on node n2");
  CHECK(answer.kind == ANSWER_ABORT);
  CHECK(answer.reason_length == strlen("table full on node n2"));
  CHECK(memcmp(answer.reason, "table full on node n2", answer.reason_length) == 0);
}

static void an_abort_without_a_reason_is_unknown(void) {
  CHECK(kind_of("abort") == ANSWER_UNKNOWN);
  CHECK(kind_of("abort ") == ANSWER_UNKNOWN);
}

static void whatever_else_is_unknown(void) {
  static const char *const lines[] = {"",    " ",    "o",         "OK",      "okay",
                                      " ok", "ok\r", "aborted x", "holds 5", "wait d u"};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    CHECK(kind_of(lines[i]) == ANSWER_UNKNOWN);
  }
}

static void a_zero_byte_ends_nothing(void) {
  CHECK(answer_read("ok\0", 3).kind == ANSWER_UNKNOWN);
  CHECK(answer_read("hold 5\0", 7).kind == ANSWER_UNKNOWN);
  CHECK(answer_read("abort a\0b", 9).reason_length == 3);
}

int main(void) {
  static const struct test tests[] = {
      TEST(ok_goes_on_with_and_without_an_outcome),
      TEST(a_hold_gives_its_milliseconds),
      TEST(a_hold_out_of_range_or_shape_is_unknown),
      TEST(an_abort_gives_its_reason),
      TEST(an_abort_without_a_reason_is_unknown),
      TEST(whatever_else_is_unknown),
      TEST(a_zero_byte_ends_nothing),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
