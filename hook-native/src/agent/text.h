#ifndef CONNTRACKSYNC_TEXT_H
#define CONNTRACKSYNC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The longest line, with its newline: on the socket in either direction, and on stderr. */
enum { LINE_MAX_BYTES = 512 };

/* A line under construction, not zero-terminated. What does not fit is dropped, and `cut` set. */
struct text {
  char bytes[LINE_MAX_BYTES];
  size_t used;
  bool cut;
};

/* Appends `length` bytes as they are. */
void text_add_bytes(struct text *text, const char *bytes, size_t length);

/* Appends a zero-terminated string as it is. */
void text_add(struct text *text, const char *string);

/* Appends `length` bytes, each one outside of printable ASCII (0x20 to 0x7e) as '?'. */
void text_add_printable(struct text *text, const char *bytes, size_t length);

/* Ends the line. The newline always finds room: in a full line it takes the last byte's place. */
void text_end_line(struct text *text);

#endif
