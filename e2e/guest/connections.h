#ifndef GUEST_CONNECTIONS_H
#define GUEST_CONNECTIONS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sockets.h"

enum { CONNECTIONS_MAX = 512, BUFFER_BYTES = 4096, LINE_BYTES = 256 };

/* What is done on a connection. */
enum role {
  ROLE_NONE, /* the place in the table is free */
  ROLE_ECHO, /* accepted or dialled: every byte goes back */
  ROLE_CONTROL
};

/* Where a control connection is in its report. */
struct report {
  bool under_way;
  size_t next; /* stream */
};

struct connection {
  enum role role;
  int descriptor;
  uint64_t last_active; /* turn of the poll loop */
  bool input_ended;     /* the peer sends no more */
  bool ends_when_sent;
  char output[BUFFER_BYTES]; /* bytes from `sent` to `filled` are to be sent */
  size_t sent;
  size_t filled;
  char line[LINE_BYTES]; /* of ROLE_CONTROL: input that is not yet a command */
  size_t line_used;
  struct report report;
};

/* The place `index`, from 0 to CONNECTIONS_MAX - 1. */
__attribute__((warn_unused_result)) struct connection *connections_at(size_t index);

/*
 * Accepts one. When the table, or the process, is full, the one that has been silent for longest
 * gives way: peers that died without a word must not lock out those that live. Control connections
 * go last.
 */
void connections_accept(int listener, enum role role, uint64_t turn);

/*
 * Dials up to `count`, which echo. Returns how many are under way: fewer when the table is full
 * (none gives way here) or the network refuses at once.
 */
__attribute__((warn_unused_result)) size_t connections_dial(const struct endpoint *peer,
                                                            size_t count, uint64_t turn);

/* What to poll(2) for: to send if something is left to be sent, else to receive. */
__attribute__((warn_unused_result)) short connections_events(const struct connection *connection);

/* Echoes: one read, and as much as the peer takes. Ends the connection when it is over. */
void connections_echo(struct connection *connection);

/* Sends what is in `output`. False: not all of it for now, or the connection had to be ended. */
__attribute__((warn_unused_result)) bool connections_flush(struct connection *connection);

void connections_end(struct connection *connection);

#endif
