#include "connections.h"

#include <errno.h>
#include <sys/types.h>

static struct connection connections[CONNECTIONS_MAX];

struct connection *connections_at(size_t index) { return &connections[index]; }

void connections_end(struct connection *connection) {
  hang_up(connection->descriptor);
  connection->role = ROLE_NONE;
}

static struct connection *free_place(void) {
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    if (connections[i].role == ROLE_NONE) {
      return &connections[i];
    }
  }
  return NULL;
}

static bool gives_way_before(const struct connection *one, const struct connection *other) {
  if (one->role != other->role) {
    return one->role == ROLE_ECHO;
  }
  return one->last_active < other->last_active;
}

static void end_most_silent(void) {
  struct connection *chosen = NULL;
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    if (connections[i].role != ROLE_NONE &&
        (chosen == NULL || gives_way_before(&connections[i], chosen))) {
      chosen = &connections[i];
    }
  }
  if (chosen != NULL) {
    connections_end(chosen);
  }
}

/* Field by field: the buffers need no clearing, and stay untouched pages until they are used. */
static void begin(struct connection *connection, enum role role, int descriptor, uint64_t turn) {
  connection->role = role;
  connection->descriptor = descriptor;
  connection->last_active = turn;
  connection->input_ended = false;
  connection->ends_when_sent = false;
  connection->sent = 0;
  connection->filled = 0;
  connection->line_used = 0;
  connection->report = (struct report){.under_way = false};
}

void connections_accept(int listener, enum role role, uint64_t turn) {
  int descriptor = accept_from(listener);
  if (descriptor < 0 && (errno == EMFILE || errno == ENFILE)) {
    end_most_silent();
    descriptor = accept_from(listener);
  }
  if (descriptor < 0) {
    return; /* the peer has gone again, or memory is short: poll will tell */
  }
  if (free_place() == NULL) {
    end_most_silent();
  }
  struct connection *place = free_place();
  if (place == NULL) {
    hang_up(descriptor);
    return;
  }
  begin(place, role, descriptor, turn);
}

size_t connections_dial(const struct endpoint *peer, size_t count, uint64_t turn) {
  size_t dialled = 0;
  while (dialled < count) {
    struct connection *place = free_place();
    const int descriptor = place == NULL ? -1 : dial(peer);
    if (descriptor < 0) {
      break;
    }
    begin(place, ROLE_ECHO, descriptor, turn);
    dialled++;
  }
  return dialled;
}

short connections_events(const struct connection *connection) {
  return connection->sent < connection->filled ? POLLOUT : POLLIN;
}

static bool is_for_later(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

bool connections_flush(struct connection *connection) {
  while (connection->sent < connection->filled) {
    const ssize_t count = send(connection->descriptor, connection->output + connection->sent,
                               connection->filled - connection->sent, MSG_NOSIGNAL);
    if (count < 0) {
      if (!is_for_later(errno)) {
        connections_end(connection);
      }
      return false;
    }
    connection->sent += (size_t)count;
  }
  connection->sent = 0;
  connection->filled = 0;
  return true;
}

void connections_echo(struct connection *connection) {
  if (!connections_flush(connection)) {
    return;
  }
  const ssize_t count =
      recv(connection->descriptor, connection->output, sizeof connection->output, 0);
  if (count < 0 && is_for_later(errno)) {
    return;
  }
  if (count <= 0) {
    connections_end(connection); /* all that came before the end has been sent: see above */
    return;
  }
  connection->filled = (size_t)count;
  const bool sent = connections_flush(connection);
  (void)sent; /* what is left goes when the peer takes it */
}
