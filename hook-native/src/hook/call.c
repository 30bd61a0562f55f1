#include "hook/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { DOMAIN_ARGUMENT = 1, OPERATION_ARGUMENT = 2, SUB_OPERATION_ARGUMENT = 3 };

static bool same(const char *one, const char *other) { return strcmp(one, other) == 0; }

struct call call_of(int count, char *const arguments[]) {
  const struct call other = {.kind = CALL_OTHER, .domain = NULL};
  if (count <= SUB_OPERATION_ARGUMENT || !same(arguments[SUB_OPERATION_ARGUMENT], "begin")) {
    return other;
  }
  if (same(arguments[OPERATION_ARGUMENT], "migrate")) {
    return (struct call){.kind = CALL_INCOMING, .domain = arguments[DOMAIN_ARGUMENT]};
  }
  if (same(arguments[OPERATION_ARGUMENT], "started")) {
    return (struct call){.kind = CALL_STARTED, .domain = arguments[DOMAIN_ARGUMENT]};
  }
  return other;
}
