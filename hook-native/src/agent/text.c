#include "agent/text.h"

#include <string.h>

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
  const size_t room = sizeof text->bytes - text->used;
  if (length > room) {
    text->cut = true;
    length = room;
  }
  memcpy(text->bytes + text->used, bytes, length);
  text->used += length;
}

void text_add(struct text *text, const char *string) {
  text_add_bytes(text, string, strlen(string));
}

void text_add_printable(struct text *text, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const bool printable = bytes[i] >= 0x20 && bytes[i] <= 0x7e;
    text_add_bytes(text, printable ? &bytes[i] : "?", 1);
  }
}

void text_end_line(struct text *text) {
  if (text->used == sizeof text->bytes) {
    text->cut = true;
    text->used--;
  }
  text_add_bytes(text, "\n", 1);
}
