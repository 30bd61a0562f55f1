#ifndef CONNTRACKSYNC_FORKED_START_H
#define CONNTRACKSYNC_FORKED_START_H

#include "plugin.h"

/*
 * At the start of a domain libvirt's daemon, which has many threads, forks, and calls the gate in
 * the child before that becomes QEMU. Only the calling thread lives on there: whatever took a lock
 * or talked to somebody could hang. Here a system call that reaches out kills the child.
 */
enum child_end { CHILD_SUCCEEDED, CHILD_FAILED, CHILD_KILLED };

/* Calls the gate as the daemon does at the start of the domain. */
__attribute__((warn_unused_result)) enum child_end forked_start(const struct lock_driver *driver,
                                                                struct described_domain domain);

/* The proof that a child that reaches out is killed: opens a socket by itself. */
__attribute__((warn_unused_result)) enum child_end forked_reach(void);

#endif
