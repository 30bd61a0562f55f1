#include <stdint.h>
#include <string.h>

#include "gate/guarded_domain.h"
#include "check.h"

#define UUID "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"

/* As libvirt gives them: each with a null where it has nothing. */
static const struct lock_parameter UUID_PARAMETER = {
    .type = LOCK_PARAMETER_UUID,
    .key = "uuid",
    .value.uuid = {0x0f, 0x3c, 0x9a, 0x52, 0x7d, 0x1e, 0x4b, 0x68, 0x8a, 0x90, 0x5e, 0x2b, 0x7c,
                   0x41, 0xd6, 0xf3}};
static const struct lock_parameter NAME_PARAMETER = {
    .type = LOCK_PARAMETER_STRING, .key = "name", .value.string = "shop_db"};
static const struct lock_parameter PID_PARAMETER = {.type = 4, .key = "pid"};
static const struct lock_parameter NO_URI_PARAMETER = {.type = 1, .key = "uri"};

static struct guarded_domain reading(const struct lock_parameter *parameters, size_t count) {
  struct guarded_domain domain;
  memset(&domain, 0x5a, sizeof domain); /* what was there before must not matter */
  guarded_domain_read(&domain, parameters, count);
  return domain;
}

static bool is_named(const struct guarded_domain *domain, const char *name) {
  return strcmp(domain->name, name) == 0;
}

static bool has_the_uuid(const struct guarded_domain *domain) {
  return domain->has_uuid && memcmp(domain->uuid, UUID, UUID_LENGTH) == 0;
}

static void name_and_uuid_are_read_in_any_order(void) {
  const struct lock_parameter as_libvirt[] = {UUID_PARAMETER, NAME_PARAMETER, PID_PARAMETER,
                                              NO_URI_PARAMETER};
  const struct lock_parameter reversed[] = {NO_URI_PARAMETER, PID_PARAMETER, NAME_PARAMETER,
                                            UUID_PARAMETER};
  const struct guarded_domain one = reading(as_libvirt, 4), other = reading(reversed, 4);
  CHECK(is_named(&one, "shop_db") && has_the_uuid(&one));
  CHECK(is_named(&other, "shop_db") && has_the_uuid(&other));
}

static void one_that_is_missing_stays_empty(void) {
  const struct guarded_domain nameless = reading(&UUID_PARAMETER, 1);
  const struct guarded_domain without_uuid = reading(&NAME_PARAMETER, 1);
  const struct guarded_domain nothing = reading(&PID_PARAMETER, 1), none = reading(NULL, 5);
  CHECK(is_named(&nameless, "") && has_the_uuid(&nameless));
  CHECK(is_named(&without_uuid, "shop_db") && !without_uuid.has_uuid);
  CHECK(is_named(&nothing, "") && !nothing.has_uuid);
  CHECK(is_named(&none, "") && !none.has_uuid);
}

static void nulls_are_passed_over(void) {
  const struct lock_parameter nulls[] = {
      {.type = LOCK_PARAMETER_STRING, .key = NULL, .value.string = "shop_db"},
      {.type = LOCK_PARAMETER_STRING, .key = "name", .value.string = NULL},
      UUID_PARAMETER};
  const struct guarded_domain domain = reading(nulls, 3);
  CHECK(is_named(&domain, "") && has_the_uuid(&domain));
}

/* The value of another type may be anything but a pointer: reading it as one would be a crash. */
static void another_type_is_not_believed(void) {
  const struct lock_parameter number_as_name = {
      .type = 2, .key = "name", .value.string = (const char *)(uintptr_t)7};
  const struct lock_parameter string_as_uuid = {
      .type = LOCK_PARAMETER_STRING, .key = "uuid", .value.string = UUID};
  const struct lock_parameter uuid_as_name = {
      .type = LOCK_PARAMETER_UUID, .key = "name", .value.uuid = {1}};
  const struct lock_parameter wrong[] = {number_as_name, string_as_uuid, uuid_as_name};
  const struct guarded_domain domain = reading(wrong, 3);
  CHECK(is_named(&domain, "") && !domain.has_uuid);
}

static void a_name_too_long_is_not_asked_about_by_half(void) {
  char name[4 * LINE_MAX_BYTES];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  const struct lock_parameter parameters = {
      .type = LOCK_PARAMETER_STRING, .key = "name", .value.string = name};
  const struct guarded_domain domain = reading(&parameters, 1);
  struct text question = {.used = 0};
  CHECK(strlen(domain.name) == sizeof domain.name - 1);
  CHECK(!question_write(&question, "pause", domain.name, NULL));
}

int main(void) {
  static const struct test tests[] = {
      TEST(name_and_uuid_are_read_in_any_order),
      TEST(one_that_is_missing_stays_empty),
      TEST(nulls_are_passed_over),
      TEST(another_type_is_not_believed),
      TEST(a_name_too_long_is_not_asked_about_by_half),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
