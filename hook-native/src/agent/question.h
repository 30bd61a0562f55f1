#ifndef CONNTRACKSYNC_QUESTION_H
#define CONNTRACKSYNC_QUESTION_H

#include <stdbool.h>

#include "agent/text.h"

/* Length of a uuid in the form that libvirt writes: 8-4-4-4-12 hexadecimal digits. */
enum { UUID_LENGTH = 36 };

/*
 * Writes a question about one domain into the empty `question`:
 *
 *   <word> <domain> <uuid>\n
 *
 * `uuid` is UUID_LENGTH bytes, not zero-terminated, or null: then "-" is asked with. The domain
 * goes as it is, spaces and UTF-8 included: the operation is the first word, the uuid the last, the
 * domain all between. False, and nothing may be sent, when the domain is empty, has a control byte
 * (below 0x20, or 0x7f: it could forge a second line), or makes the line longer than
 * LINE_MAX_BYTES.
 */
__attribute__((warn_unused_result)) bool question_write(struct text *question, const char *word,
                                                        const char *domain, const char *uuid);

#endif
