#ifndef CONNTRACKSYNC_CHECK_H
#define CONNTRACKSYNC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The whole test framework. A test is a function with a sentence for a name; a check that fails
 * says where and what, and the test goes on. A test program ends with the line "N passed, N
 * failed", of tests, not of checks.
 */
struct test {
  const char *name;
  void (*run)(void);
};

#define TEST(function) {.name = #function, .run = function}

static bool current_failed;

#define CHECK(condition)                                                   \
  do {                                                                     \
    if (!(condition)) {                                                    \
      (void)printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      current_failed = true;                                               \
    }                                                                      \
  } while (0)

static inline int run_tests(const struct test *tests, size_t count) {
  size_t failed = 0;
  for (size_t i = 0; i < count; i++) {
    current_failed = false;
    tests[i].run();
    failed += current_failed ? 1 : 0;
    (void)printf("%s %s\n", current_failed ? "FAILED" : "ok", tests[i].name);
  }
  (void)printf("%zu passed, %zu failed\n", count - failed, failed);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
