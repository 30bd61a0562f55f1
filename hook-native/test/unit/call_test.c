#include <string.h>

#include "hook/call.h"
#include "check.h"

static struct call called(const char *operation, const char *sub_operation) {
  char path[] = "/etc/libvirt/hooks/qemu.d/50-x", domain[] = "shop_db", extra[] = "-";
  char first[32], second[32];
  (void)snprintf(first, sizeof first, "%s", operation);
  (void)snprintf(second, sizeof second, "%s", sub_operation);
  char *const arguments[] = {path, domain, first, second, extra, NULL};
  const struct call call = call_of(5, arguments);
  CHECK(call.kind == CALL_OTHER ? call.domain == NULL : call.domain == arguments[1]);
  return (struct call){.kind = call.kind};
}

static void the_two_calls_of_a_migration_are_ours(void) {
  CHECK(called("migrate", "begin").kind == CALL_INCOMING);
  CHECK(called("started", "begin").kind == CALL_STARTED);
}

static void all_others_are_not(void) {
  static const char *const calls[][2] = {
      {"prepare", "begin"},   {"start", "begin"},   {"stopped", "end"},   {"release", "end"},
      {"reconnect", "begin"}, {"attach", "begin"},  {"restore", "begin"}, {"migrate", "end"},
      {"started", "end"},     {"Started", "begin"}, {"started", "-"},     {"", ""},
      {"started", "begin "}};
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
    CHECK(called(calls[i][0], calls[i][1]).kind == CALL_OTHER);
  }
}

static void too_few_arguments_are_not_ours(void) {
  char path[] = "hook", domain[] = "d", operation[] = "started", sub[] = "begin";
  char *const arguments[] = {path, domain, operation, sub, NULL};
  for (int count = 0; count < 4; count++) {
    CHECK(call_of(count, arguments).kind == CALL_OTHER);
  }
  CHECK(call_of(4, arguments).kind == CALL_STARTED);
}

int main(void) {
  static const struct test tests[] = {
      TEST(the_two_calls_of_a_migration_are_ours),
      TEST(all_others_are_not),
      TEST(too_few_arguments_are_not_ours),
  };
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
