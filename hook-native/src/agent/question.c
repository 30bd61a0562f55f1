#include "agent/question.h"

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

bool question_write(struct text *question, const char *word, const char *domain, const char *uuid) {
  if (!is_sendable(domain)) {
    return false;
  }
  text_add(question, word);
  text_add(question, " ");
  text_add(question, domain);
  text_add(question, " ");
  text_add_bytes(question, uuid == NULL ? "-" : uuid, uuid == NULL ? 1 : UUID_LENGTH);
  text_end_line(question);
  return !question->cut;
}
