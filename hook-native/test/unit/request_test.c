#include <string.h>

#include "hook/request.h"
#include "check.h"

#define UUID "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"

static struct uuid_finder known_uuid(void) {
  struct uuid_finder finder = {.search = SEARCH_FOUND};
  memcpy(finder.uuid, UUID, UUID_LENGTH);
  return finder;
}

static bool writes(enum call_kind kind, const char *domain, const struct uuid_finder *finder,
                   const char *line) {
  struct text request = {.used = 0};
  return request_write(&request, (struct call){.kind = kind, .domain = domain}, finder) &&
         request.used == strlen(line) && memcmp(request.bytes, line, request.used) == 0;
}

static bool refuses(const char *domain) {
  const struct uuid_finder finder = known_uuid();
  struct text request = {.used = 0};
  return !request_write(&request, (struct call){.kind = CALL_STARTED, .domain = domain}, &finder);
}

static void each_call_has_its_word(void) {
  const struct uuid_finder finder = known_uuid();
  CHECK(writes(CALL_INCOMING, "shop_db", &finder, "incoming shop_db " UUID "\n"));
  CHECK(writes(CALL_STARTED, "shop_db", &finder, "wait shop_db " UUID "\n"));
}

static void no_uuid_is_a_hyphen(void) {
  const struct uuid_finder finder = {.search = SEARCH_ENDED};
  CHECK(writes(CALL_STARTED, "shop_db", &finder, "wait shop_db -\n"));
}

static void spaces_and_utf8_go_as_they_are(void) {
  const struct uuid_finder finder = known_uuid();
  CHECK(writes(CALL_STARTED, "a b  c", &finder, "wait a b  c " UUID "\n"));
  CHECK(writes(CALL_STARTED, "sch\xc3\xb6n", &finder, "wait sch\xc3\xb6n " UUID "\n"));
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
  const struct uuid_finder finder = known_uuid();
  const size_t longest =
      LINE_MAX_BYTES - strlen("wait ") - strlen(" ") - UUID_LENGTH - strlen("\n");
  memset(name, 'n', sizeof name - 1);

  name[longest] = '\0';
  struct text request = {.used = 0};
  CHECK(request_write(&request, (struct call){.kind = CALL_STARTED, .domain = name}, &finder));
  CHECK(request.used == LINE_MAX_BYTES);
  CHECK(request.bytes[LINE_MAX_BYTES - 1] == '\n');

  name[longest] = 'n';
  name[longest + 1] = '\0';
  CHECK(refuses(name));
}

int main(void) {
  static const struct test tests[] = {
      TEST(each_call_has_its_word),
      TEST(no_uuid_is_a_hyphen),
      TEST(spaces_and_utf8_go_as_they_are),
      TEST(a_name_that_could_forge_a_line_is_refused),
      TEST(a_name_fits_exactly_or_is_refused),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
