/*
 * The program inside of the test bed's VM: the far end of the connections that are to survive a
 * live migration. Usage: guest [<echo port> <control port>], 7 and 9 by default, both on IPv4 and
 * IPv6.
 *
 * One process, one poll(2) loop, tables of fixed size; nothing a peer does makes it end or grow. It
 * says one line on stdout when it listens. Exit status 1 when it cannot listen at all, 2 when it is
 * called wrongly.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "churn.h"
#include "connections.h"
#include "control.h"
#include "sockets.h"
#include "streams.h"

enum { ECHO_PORT = 7, CONTROL_PORT = 9, LISTENERS_MAX = 4 };
enum { POLLED_MAX = LISTENERS_MAX + CONNECTIONS_MAX + STREAMS_MAX };

struct listener {
  int descriptor;
  enum role role;
};

static struct listener listeners[LISTENERS_MAX];
static size_t listener_count;

/* What is polled: listeners, connections, streams. `places` are the indexes in their tables. */
static struct pollfd polled[POLLED_MAX];
static size_t places[POLLED_MAX];

/* True when at least one family listens. A kernel without the other is no reason to fail. */
static bool listen_for(enum role role, unsigned short port) {
  static const int families[] = {AF_INET, AF_INET6};
  bool any = false;
  for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
    const int descriptor = listen_on(families[i], port);
    if (descriptor >= 0) {
      listeners[listener_count++] = (struct listener){.descriptor = descriptor, .role = role};
      any = true;
    } else if (errno != EAFNOSUPPORT) {
      (void)fprintf(stderr, "guest: listening on port %d (%s) failed: %s\n", port,
                    families[i] == AF_INET ? "IPv4" : "IPv6", strerror(errno));
      return false;
    }
  }
  return any;
}

static size_t watch(size_t count, int descriptor, short events, size_t place) {
  polled[count] = (struct pollfd){.fd = descriptor, .events = events};
  places[count] = place;
  return count + 1;
}

static void take_turn(uint64_t turn) {
  size_t count = 0;
  for (size_t i = 0; i < listener_count; i++) {
    count = watch(count, listeners[i].descriptor, POLLIN, i);
  }
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    const struct connection *connection = connections_at(i);
    if (connection->role != ROLE_NONE) {
      count = watch(count, connection->descriptor, connections_events(connection), i);
    }
  }
  const size_t first_stream = count;
  for (size_t i = 0; i < streams_count(); i++) {
    count = watch(count, streams_at(i)->descriptor, POLLIN, i);
  }

  const int ready = poll(polled, (nfds_t)count, churn_patience());
  churn_carry_on();
  if (ready <= 0) {
    return; /* the churn's time, interrupted, or out of memory: the next turn looks again */
  }
  for (size_t i = first_stream; i < count; i++) {
    if (polled[i].revents != 0) {
      streams_receive(places[i]);
    }
  }
  for (size_t i = listener_count; i < first_stream; i++) {
    struct connection *connection = connections_at(places[i]);
    if (polled[i].revents == 0) {
      continue;
    }
    connection->last_active = turn;
    if (connection->role == ROLE_CONTROL) {
      control_carry_on(connection, turn);
    } else {
      connections_echo(connection);
    }
  }
  /* Last: an accepted connection may take the place of one that was polled above. */
  for (size_t i = 0; i < listener_count; i++) {
    if (polled[i].revents != 0) {
      connections_accept(listeners[i].descriptor, listeners[i].role, turn);
    }
  }
}

/* A port, or 0. */
static unsigned short port_of(const char *text) {
  char *end = NULL;
  const unsigned long port = strtoul(text, &end, 10);
  return *text != '\0' && *end == '\0' && port <= UINT16_MAX ? (unsigned short)port : 0;
}

int main(int argument_count, char *arguments[]) {
  unsigned short echo_port = ECHO_PORT, control_port = CONTROL_PORT;
  if (argument_count == 3) {
    echo_port = port_of(arguments[1]);
    control_port = port_of(arguments[2]);
  }
  if ((argument_count != 1 && argument_count != 3) || echo_port == 0 || control_port == 0) {
    (void)fprintf(stderr, "usage: guest [<echo port> <control port>], ports of 1 to 65535\n");
    return 2;
  }
  if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || !listen_for(ROLE_ECHO, echo_port) ||
      !listen_for(ROLE_CONTROL, control_port)) {
    return EXIT_FAILURE;
  }
  /* A console that is gone leaves nobody to tell, and is no reason to end. */
  (void)printf("guest: echo on port %d, control on port %d\n", echo_port, control_port);
  (void)fflush(stdout);
  for (uint64_t turn = 1;; turn++) {
    take_turn(turn);
  }
}
