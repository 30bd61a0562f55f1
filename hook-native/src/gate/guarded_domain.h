#ifndef CONNTRACKSYNC_GUARDED_DOMAIN_H
#define CONNTRACKSYNC_GUARDED_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/question.h"
#include "gate/lock_driver.h"

/* The domain that a manager is for. A copy: libvirt's parameters are gone after the call. */
struct guarded_domain {
  char name[LINE_MAX_BYTES]; /* zero-terminated; empty: none was given */
  char uuid[UUID_LENGTH];    /* lower case, not zero-terminated; only if has_uuid */
  bool has_uuid;
};

/*
 * Reads the parameters "name" (a string) and "uuid" (16 bytes, as RFC 9562 numbers them), in any
 * order, among any others. One that is missing, null or of another type leaves its field empty. A
 * name that does not fit is cut, and then still too long for a question: nobody is asked about a
 * domain by half its name.
 */
void guarded_domain_read(struct guarded_domain *domain, const struct lock_parameter *parameters,
                         size_t count);

#endif
