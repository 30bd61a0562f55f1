#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "agent/deadline.h"
#include "check.h"

static void one_that_passed_leaves_nothing(void) {
  CHECK(deadline_left((struct deadline){.at_ns = 0}) == 0);
  CHECK(deadline_left(deadline_in(0)) == 0);
}

static void what_is_left_is_bounded(void) {
  const int left = deadline_left(deadline_in(60000));
  CHECK(left > 0 && left <= 60000);
  CHECK(deadline_left(deadline_in(INT64_MAX)) == INT_MAX);
}

static void the_earlier_of_two_counts(void) {
  const struct deadline one = {.at_ns = 1}, two = {.at_ns = 2};
  CHECK(deadline_earlier(one, two).at_ns == 1);
  CHECK(deadline_earlier(two, one).at_ns == 1);
}

static void a_wait_ends_when_it_is_over_and_not_before(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  const struct deadline deadline = deadline_in(20);
  CHECK(deadline_wait(deadline, ends[0], POLLIN) == WAITED_OVER);
  CHECK(deadline_left(deadline) == 0);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
}

static void what_lies_there_is_seen_even_when_it_is_over(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  CHECK(write(ends[1], "x", 1) == 1);
  CHECK(deadline_wait((struct deadline){.at_ns = 0}, ends[0], POLLIN) == WAITED_READY);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
}

static void a_closed_descriptor_is_not_waited_for(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
  errno = 0;
  CHECK(deadline_wait(deadline_in(60000), ends[0], POLLIN) == WAITED_FAILED);
  CHECK(errno == EBADF);
}

int main(void) {
  static const struct test tests[] = {
      TEST(one_that_passed_leaves_nothing),
      TEST(what_is_left_is_bounded),
      TEST(the_earlier_of_two_counts),
      TEST(a_wait_ends_when_it_is_over_and_not_before),
      TEST(what_lies_there_is_seen_even_when_it_is_over),
      TEST(a_closed_descriptor_is_not_waited_for),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
