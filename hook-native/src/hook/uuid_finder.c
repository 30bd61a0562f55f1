#include "hook/uuid_finder.h"

#include <string.h>

enum { ROOT_DEPTH = 1, CHILD_DEPTH = 2 };

static const char COMMENT_OPENING[] = "--";
static const char CDATA_OPENING[] = "[CDATA[";

static bool is_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The digit in lower case, or 0 when it is none. */
static char hexadecimal(char byte) {
  if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f')) {
    return byte;
  }
  return byte >= 'A' && byte <= 'F' ? (char)(byte - 'A' + 'a') : 0;
}

static bool is_hyphen_place(size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

/* Takes the uuid out of the text gathered, white space around it aside. False: it is none. */
static bool take_uuid(struct uuid_finder *finder) {
  size_t from = 0;
  size_t to = finder->text_length;
  if (to > sizeof finder->text) {
    return false;
  }
  while (from < to && is_space(finder->text[from])) {
    from++;
  }
  while (to > from && is_space(finder->text[to - 1])) {
    to--;
  }
  if (to - from != UUID_LENGTH) {
    return false;
  }
  for (size_t i = 0; i < UUID_LENGTH; i++) {
    const char byte = finder->text[from + i];
    const char digit = is_hyphen_place(i) ? (byte == '-' ? '-' : 0) : hexadecimal(byte);
    if (digit == 0) {
      return false;
    }
    finder->uuid[i] = digit;
  }
  return true;
}

static bool is_named(const struct uuid_finder *finder, const char *name) {
  return finder->name_length == strlen(name) &&
         memcmp(finder->name, name, finder->name_length) == 0;
}

/* Markup inside of the uuid, of any kind: libvirt writes none, and what is odd is no uuid. */
static void spoil_text(struct uuid_finder *finder) {
  finder->text_length = sizeof finder->text + 1;
}

static void gather_text(struct uuid_finder *finder, char byte) {
  if (!finder->in_uuid) {
    return;
  }
  if (finder->text_length >= sizeof finder->text) {
    spoil_text(finder);
    return;
  }
  finder->text[finder->text_length++] = byte;
}

static void element_ended(struct uuid_finder *finder) {
  if (finder->depth == CHILD_DEPTH && finder->in_uuid) {
    finder->search = take_uuid(finder) ? SEARCH_FOUND : SEARCH_ENDED;
    return;
  }
  if (finder->depth <= ROOT_DEPTH) {
    finder->search = SEARCH_ENDED; /* the root is closed, or more is closed than was opened */
    return;
  }
  finder->depth--;
}

static void start_tag_ended(struct uuid_finder *finder) {
  finder->markup = MARKUP_TEXT;
  finder->depth++;
  if (finder->depth == ROOT_DEPTH && !is_named(finder, "domain")) {
    finder->search = SEARCH_ENDED;
    return;
  }
  spoil_text(finder);
  if (finder->depth == CHILD_DEPTH && is_named(finder, "uuid")) {
    finder->in_uuid = true;
    finder->text_length = 0;
  }
  if (finder->slash) {
    element_ended(finder);
  }
}

/* In or behind the name of a start tag, outside of quotes. */
static void in_start_tag(struct uuid_finder *finder, char byte) {
  if (byte == '>') {
    start_tag_ended(finder);
    return;
  }
  finder->slash = byte == '/';
  if (byte == '"' || byte == '\'') {
    finder->markup = MARKUP_QUOTED;
    finder->quote = byte;
  } else if (is_space(byte) || byte == '/') {
    finder->markup = MARKUP_ATTRIBUTES;
  } else if (finder->markup == MARKUP_NAME) {
    if (finder->name_length < sizeof finder->name) {
      finder->name[finder->name_length] = byte;
    }
    finder->name_length++;
  }
}

static void tag_opened(struct uuid_finder *finder, char byte) {
  finder->matched = 0;
  if (byte == '/') {
    finder->markup = MARKUP_END_TAG;
  } else if (byte == '!') {
    finder->markup = MARKUP_DECLARATION;
    finder->name_length = 0;
  } else if (byte == '?') {
    finder->markup = MARKUP_INSTRUCTION;
  } else {
    finder->markup = MARKUP_NAME;
    finder->name_length = 0;
    finder->slash = false;
    in_start_tag(finder, byte);
  }
}

/*
 * Follows "<!" until it is clear what it opens. Of the two, '-' starts the one and '[' the other.
 */
static void in_declaration(struct uuid_finder *finder, char byte) {
  if (finder->matched == 0) {
    finder->quote = byte;
  }
  const char *opening = finder->quote == '-' ? COMMENT_OPENING : CDATA_OPENING;
  if (byte != opening[finder->matched]) {
    finder->search =
        SEARCH_ENDED; /* a document type: libvirt writes none, and it may define entities */
    return;
  }
  finder->matched++;
  if (finder->matched == strlen(opening)) {
    finder->markup = finder->quote == '-' ? MARKUP_COMMENT : MARKUP_CDATA;
    finder->matched = 0;
    spoil_text(finder);
  }
}

/* Skips until `repeated`, seen `times` times in a row or more, is followed by '>'. */
static void skip_section(struct uuid_finder *finder, char byte, char repeated, unsigned times) {
  if (byte == '>' && finder->matched == times) {
    finder->markup = MARKUP_TEXT;
  } else if (byte != repeated) {
    finder->matched = 0;
  } else if (finder->matched < times) {
    finder->matched++;
  }
}

static void feed_byte(struct uuid_finder *finder, char byte) {
  switch (finder->markup) {
    case MARKUP_TEXT:
      if (byte == '<') {
        finder->markup = MARKUP_OPENED;
      } else {
        gather_text(finder, byte);
      }
      break;
    case MARKUP_OPENED:
      tag_opened(finder, byte);
      break;
    case MARKUP_NAME:
    case MARKUP_ATTRIBUTES:
      in_start_tag(finder, byte);
      break;
    case MARKUP_QUOTED:
      if (byte == finder->quote) {
        finder->markup = MARKUP_ATTRIBUTES;
      }
      break;
    case MARKUP_END_TAG:
      if (byte == '>') {
        finder->markup = MARKUP_TEXT;
        element_ended(finder);
      }
      break;
    case MARKUP_DECLARATION:
      in_declaration(finder, byte);
      break;
    case MARKUP_COMMENT:
      skip_section(finder, byte, '-', 2);
      break;
    case MARKUP_CDATA:
      skip_section(finder, byte, ']', 2);
      break;
    case MARKUP_INSTRUCTION:
      skip_section(finder, byte, '?', 1);
      break;
  }
}

struct uuid_finder uuid_finder_start(void) {
  return (struct uuid_finder){.search = SEARCH_GOING_ON, .markup = MARKUP_TEXT};
}

enum search uuid_finder_feed(struct uuid_finder *finder, const char *bytes, size_t length) {
  for (size_t i = 0; i < length && finder->search == SEARCH_GOING_ON; i++) {
    feed_byte(finder, bytes[i]);
  }
  return finder->search;
}
