#ifndef CONNTRACKSYNC_DOMAIN_INPUT_H
#define CONNTRACKSYNC_DOMAIN_INPUT_H

#include "agent/deadline.h"
#include "hook/uuid_finder.h"

/*
 * The most that is read of a domain's XML, in bytes. libvirt writes the uuid among the first
 * elements; XML of tens of kilobytes is ordinary.
 */
enum { DOMAIN_INPUT_MAX_BYTES = 256 * 1024 };

/*
 * Searches the uuid in the domain XML that libvirt writes to `descriptor`, and reads no further
 * than it has to: the rest is dropped when we exit, and libvirt takes the closed pipe for what it
 * is. Ends without one when the input ends, cannot be read, is too long, or the deadline passes.
 * SEARCH_FOUND or SEARCH_ENDED.
 */
__attribute__((warn_unused_result)) struct uuid_finder domain_input_search(
    int descriptor, struct deadline deadline);

#endif
