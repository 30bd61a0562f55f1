#ifndef CONNTRACKSYNC_UUID_FINDER_H
#define CONNTRACKSYNC_UUID_FINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/question.h"

/* Where the search stands. */
enum search {
  SEARCH_GOING_ON, /* more of the document is needed */
  SEARCH_FOUND,    /* `uuid` holds it */
  SEARCH_ENDED     /* this document has none: it ended, is no domain's, or its uuid is none */
};

/* What kind of markup the next byte is part of. */
enum markup {
  MARKUP_TEXT,
  MARKUP_OPENED,      /* behind '<' */
  MARKUP_NAME,        /* in the name of a start tag */
  MARKUP_ATTRIBUTES,  /* behind that name */
  MARKUP_QUOTED,      /* in the value of an attribute */
  MARKUP_END_TAG,     /* behind "</" */
  MARKUP_DECLARATION, /* behind "<!", not yet known to be a comment or a CDATA section */
  MARKUP_COMMENT,
  MARKUP_CDATA,
  MARKUP_INSTRUCTION /* behind "<?" */
};

enum { NAME_KEPT_BYTES = 8, TEXT_KEPT_BYTES = 64 };

/* The search itself. Bounded: what is longer than what is sought is counted, not kept. */
struct uuid_finder {
  enum search search;
  enum markup markup;
  unsigned depth;   /* open elements: 1 inside of the root */
  bool in_uuid;     /* inside of the root's child "uuid" */
  char quote;       /* opened MARKUP_QUOTED and will end it; in MARKUP_DECLARATION its first byte */
  bool slash;       /* the last byte of the tag was '/': it may be an empty element */
  unsigned matched; /* how much of "--", "[CDATA[", "]]" or "?" was seen */
  char name[NAME_KEPT_BYTES];
  size_t name_length;
  char text[TEXT_KEPT_BYTES];
  size_t text_length;
  char uuid[UUID_LENGTH]; /* lower case, not zero-terminated; only with SEARCH_FOUND */
};

/* A search in a new document. */
__attribute__((warn_unused_result)) struct uuid_finder uuid_finder_start(void);

/*
 * Searches on in the next `length` bytes of the document, however it is cut into pieces, and says
 * where it stands; once ended, it stays as it is. Sought is the text of the element `uuid` that is
 * a child of the root element `domain` (libvirt, "Domain XML format"): not one in metadata, in a
 * comment, in CDATA or in an attribute. It is no validating parser: what it cannot follow (a
 * document type, say) ends the search.
 */
__attribute__((warn_unused_result)) enum search uuid_finder_feed(struct uuid_finder *finder,
                                                                 const char *bytes, size_t length);

#endif
