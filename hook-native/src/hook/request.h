#ifndef CONNTRACKSYNC_REQUEST_H
#define CONNTRACKSYNC_REQUEST_H

#include <stdbool.h>

#include "agent/text.h"
#include "hook/call.h"
#include "hook/uuid_finder.h"

/*
 * Writes the question for a call that is not CALL_OTHER into the empty `request`:
 *
 *   incoming <domain> <uuid>\n    or    wait <domain> <uuid>\n
 *
 * The uuid is "-" when the search found none. The domain goes as it is, spaces and UTF-8 included:
 * the operation is the first word, the uuid the last, the domain all between. False, and nothing
 * may be sent, when the domain is empty, has a control byte (below 0x20, or 0x7f: it could forge a
 * second line), or makes the line longer than LINE_MAX_BYTES.
 */
__attribute__((warn_unused_result)) bool request_write(struct text *request, struct call call,
                                                       const struct uuid_finder *finder);

#endif
