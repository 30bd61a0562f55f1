#ifndef GUEST_CHURN_H
#define GUEST_CHURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sockets.h"

/*
 * Datagrams to many ports of a peer in turn, at a steady pace and without answers: to a firewall each
 * port is a flow, and each datagram a packet of it. They stop when the VM's CPUs do, exactly.
 */
enum { CHURN_FLOWS_MAX = 8192, CHURN_RATE_MAX = 20000 };

/*
 * Begins, in place of the one that is under way: datagrams go to `flows` ports from the peer's on,
 * `rate` a second. False: the network refuses.
 */
__attribute__((warn_unused_result)) bool churn_start(const struct endpoint *peer, size_t flows,
                                                     size_t rate);

/* Ends it. Returns how many datagrams the network took. */
uint64_t churn_end(void);

/* How long poll(2) may wait, in milliseconds. */
__attribute__((warn_unused_result)) int churn_patience(void);

/* Sends what is due. What a VM that stood still has missed is left out. */
void churn_carry_on(void);

#endif
