#include <string.h>

#include "agent/question.h"
#include "check.h"

#define UUID "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"

static bool writes(const char *word, const char *domain, const char *uuid, const char *line) {
  struct text question = {.used = 0};
  return question_write(&question, word, domain, uuid) && question.used == strlen(line) &&
         memcmp(question.bytes, line, question.used) == 0;
}

static bool refuses(const char *domain) {
  struct text question = {.used = 0};
  return !question_write(&question, "wait", domain, UUID);
}

static void word_domain_and_uuid_make_a_line(void) {
  CHECK(writes("incoming", "shop_db", UUID, "incoming shop_db " UUID "\n"));
  CHECK(writes("pause", "shop_db", UUID, "pause shop_db " UUID "\n"));
}

static void only_the_uuid_itself_is_read(void) {
  CHECK(writes("wait", "shop_db", UUID "and more", "wait shop_db " UUID "\n"));
}

static void no_uuid_is_a_hyphen(void) {
  CHECK(writes("wait", "shop_db", NULL, "wait shop_db -\n"));
}

static void spaces_and_utf8_go_as_they_are(void) {
  CHECK(writes("wait", "a b  c", UUID, "wait a b  c " UUID "\n"));
  CHECK(writes("wait", "sch\xc3\xb6n", UUID, "wait sch\xc3\xb6n " UUID "\n"));
}

static void a_name_that_could_forge_a_line_is_refused(void) {
  CHECK(refuses("a\nwait b -"));
  CHECK(refuses("a\r"));
  CHECK(refuses("\x01"));
  CHECK(refuses("a\x7f"));
  CHECK(refuses(""));
}

static void a_name_fits_exactly_or_is_refused(void) {
  char name[LINE_MAX_BYTES + 1];
  const size_t longest =
      LINE_MAX_BYTES - strlen("wait ") - strlen(" ") - UUID_LENGTH - strlen("\n");
  memset(name, 'n', sizeof name - 1);

  name[longest] = '\0';
  struct text question = {.used = 0};
  CHECK(question_write(&question, "wait", name, UUID));
  CHECK(question.used == LINE_MAX_BYTES);
  CHECK(question.bytes[LINE_MAX_BYTES - 1] == '\n');

  name[longest] = 'n';
  name[longest + 1] = '\0';
  CHECK(refuses(name));
}

int main(void) {
  static const struct test tests[] = {
      TEST(word_domain_and_uuid_make_a_line),
      TEST(only_the_uuid_itself_is_read),
      TEST(no_uuid_is_a_hyphen),
      TEST(spaces_and_utf8_go_as_they_are),
      TEST(a_name_that_could_forge_a_line_is_refused),
      TEST(a_name_fits_exactly_or_is_refused),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
