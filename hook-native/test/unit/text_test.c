#include <string.h>

#include "agent/text.h"
#include "check.h"

static void what_is_not_printable_is_masked(void) {
  struct text text = {.used = 0};
  text_add_printable(&text, "a\n\x1b[31m\xff\0z~ \x7f", 14);
  CHECK(text.used == 12 + 2);
  CHECK(memcmp(text.bytes, "a??[31m??z~ ?", 13) == 0);
}

static void what_does_not_fit_is_cut(void) {
  struct text text = {.used = 0};
  char much[LINE_MAX_BYTES + 10];
  memset(much, 'x', sizeof much);
  text_add_bytes(&text, much, LINE_MAX_BYTES);
  CHECK(!text.cut && text.used == LINE_MAX_BYTES);
  text_add_bytes(&text, much, 1);
  CHECK(text.cut && text.used == LINE_MAX_BYTES);
}

static void a_full_line_still_gets_its_newline(void) {
  struct text text = {.used = 0};
  char much[LINE_MAX_BYTES];
  memset(much, 'x', sizeof much);
  text_add_bytes(&text, much, sizeof much);
  text_end_line(&text);
  CHECK(text.cut);
  CHECK(text.used == LINE_MAX_BYTES);
  CHECK(text.bytes[LINE_MAX_BYTES - 1] == '\n');
}

int main(void) {
  static const struct test tests[] = {
      TEST(what_is_not_printable_is_masked),
      TEST(what_does_not_fit_is_cut),
      TEST(a_full_line_still_gets_its_newline),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
