#ifndef GUEST_SOCKETS_H
#define GUEST_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* All sockets made here are non-blocking and close-on-exec. -1 and errno tell of a failure. */

/* An address and a port, of either family. */
struct endpoint {
  struct sockaddr_storage address;
  socklen_t length;
};

/*
 * Reads a numeric IPv4 or IPv6 address (inet_pton(3): no names, no zones) with a port of 1 to
 * 65535. False: it is none.
 */
__attribute__((warn_unused_result)) bool endpoint_read(struct endpoint *endpoint,
                                                       const char *address, unsigned long port);

/* A TCP socket that listens on all addresses of the family, AF_INET or AF_INET6 (not both). */
__attribute__((warn_unused_result)) int listen_on(int family, unsigned short port);

/* The next connection of a listening socket, set up as those of dial() are. */
__attribute__((warn_unused_result)) int accept_from(int listener);

/*
 * A TCP connection under way. It may still fail, which the first read will say. A peer that is gone
 * without a word is noticed after two minutes when bytes for it are outstanding, else after some
 * six by probes: long after any measurement, so that no probe of ours is part of one.
 */
__attribute__((warn_unused_result)) int dial(const struct endpoint *peer);

/* A UDP socket that sends to, and receives from, that peer alone. */
__attribute__((warn_unused_result)) int datagrams_with(const struct endpoint *peer);

/* Closes it. What close(2) reports is of no use to anyone here: the number is free in any case. */
void hang_up(int descriptor);

#endif
