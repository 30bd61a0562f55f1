#include "hook/request.h"

#include <stddef.h>

static bool is_sendable(const char *domain) {
  for (const char *byte = domain; *byte != '\0'; byte++) {
    const unsigned char value = (unsigned char)*byte;
    if (value < 0x20 || value == 0x7f) {
      return false;
    }
  }
  return *domain != '\0';
}

bool request_write(struct text *request, struct call call, const struct uuid_finder *finder) {
  if (!is_sendable(call.domain)) {
    return false;
  }
  text_add(request, call.kind == CALL_INCOMING ? "incoming " : "wait ");
  text_add(request, call.domain);
  text_add(request, " ");
  if (finder->search == SEARCH_FOUND) {
    text_add_bytes(request, finder->uuid, UUID_LENGTH);
  } else {
    text_add(request, "-");
  }
  text_end_line(request);
  return !request->cut;
}
