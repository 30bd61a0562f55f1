#include "control.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "churn.h"
#include "streams.h"

enum { WORDS_MAX = 5 };

_Static_assert(BUFFER_BYTES > 2 * SEQUENCE_BYTES + 64, "a line of the report fits the buffer");

/* Appends to the output. It is empty before each answer, and longer than the longest line. */
__attribute__((format(printf, 2, 3))) static void say(struct connection *connection,
                                                      const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const size_t room = sizeof connection->output - connection->filled;
  const int length = vsnprintf(connection->output + connection->filled, room, format, arguments);
  va_end(arguments);
  if (length > 0 && (size_t)length < room) {
    connection->filled += (size_t)length;
  }
}

static void say_next_of_report(struct connection *connection) {
  struct report *report = &connection->report;
  if (report->next >= streams_count()) {
    report->under_way = false;
    say(connection, "end\n");
    return;
  }
  const struct stream *stream = streams_at(report->next);
  say(connection, "udp %zu %llu ", report->next, (unsigned long long)stream->received);
  for (size_t i = 0; i < stream->seen_bytes || i == 0; i++) {
    say(connection, "%02x", stream->seen[i]);
  }
  say(connection, "\n");
  report->next++;
}

/* A number of 1 to `most`, or 0. */
static unsigned long number_of(const char *word, unsigned long most) {
  if (word[0] < '0' || word[0] > '9') {
    return 0;
  }
  char *end = NULL;
  errno = 0;
  const unsigned long number = strtoul(word, &end, 10);
  return errno == 0 && *end == '\0' && number <= most ? number : 0;
}

/* "dial" and "udp" take the same words. */
static void open_many(struct connection *connection, char *const words[], unsigned long most,
                      uint64_t turn) {
  struct endpoint peer;
  const unsigned long port = number_of(words[2], USHRT_MAX);
  const unsigned long count = number_of(words[3], most);
  if (!endpoint_read(&peer, words[1], port) || count == 0) {
    say(connection, "error %s wants <numeric address> <port> <count of 1 to %lu>\n", words[0],
        most);
    return;
  }
  const bool tcp = strcmp(words[0], "dial") == 0;
  const size_t opened = tcp ? connections_dial(&peer, count, turn) : streams_open(&peer, count);
  say(connection, "ok %zu\n", opened);
}

static void start_churn(struct connection *connection, char *const words[]) {
  struct endpoint peer;
  const unsigned long port = number_of(words[2], USHRT_MAX);
  const unsigned long flows = number_of(words[3], CHURN_FLOWS_MAX);
  const unsigned long rate = number_of(words[4], CHURN_RATE_MAX);
  if (!endpoint_read(&peer, words[1], port) || flows == 0 || port + flows - 1 > USHRT_MAX ||
      rate == 0) {
    say(connection,
        "error churn wants <numeric address> <first port> <flows of 1 to %d> <per second of 1 to "
        "%d>\n",
        CHURN_FLOWS_MAX, CHURN_RATE_MAX);
  } else if (churn_start(&peer, flows, rate)) {
    say(connection, "ok %lu\n", flows);
  } else {
    say(connection, "error the network refuses\n");
  }
}

static size_t split(char *line, char *words[WORDS_MAX]) {
  size_t count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(line, " \r", &rest); word != NULL && count < WORDS_MAX;
       word = strtok_r(NULL, " \r", &rest)) {
    words[count++] = word;
  }
  return count;
}

static void execute(struct connection *connection, char *line, uint64_t turn) {
  char *words[WORDS_MAX];
  const size_t count = split(line, words);
  if (count == 1 && strcmp(words[0], "ping") == 0) {
    say(connection, "pong\n");
  } else if (count == 1 && strcmp(words[0], "report") == 0) {
    connection->report = (struct report){.under_way = true};
  } else if (count == 4 && strcmp(words[0], "dial") == 0) {
    open_many(connection, words, CONNECTIONS_MAX, turn);
  } else if (count == 4 && strcmp(words[0], "udp") == 0) {
    open_many(connection, words, STREAMS_MAX, turn);
  } else if (count == 5 && strcmp(words[0], "churn") == 0) {
    start_churn(connection, words);
  } else if (count == 1 && strcmp(words[0], "calm") == 0) {
    say(connection, "ok %llu\n", (unsigned long long)churn_end());
  } else {
    say(connection,
        "error commands are: ping, report, dial|udp <address> <port> <count>, churn <address> "
        "<port> <flows> <per second>, calm\n");
  }
}

/* Takes the first whole line out of the input and executes it. False: there is none. */
static bool execute_next(struct connection *connection, uint64_t turn) {
  char *newline = memchr(connection->line, '\n', connection->line_used);
  if (newline == NULL) {
    return false;
  }
  *newline = '\0';
  execute(connection, connection->line, turn);
  const size_t taken = (size_t)(newline - connection->line) + 1;
  connection->line_used -= taken;
  memmove(connection->line, newline + 1, connection->line_used);
  return true;
}

/* False: nothing is there now, or the connection was ended. */
static bool receive(struct connection *connection) {
  const ssize_t count = recv(connection->descriptor, connection->line + connection->line_used,
                             sizeof connection->line - connection->line_used, 0);
  if (count > 0) {
    connection->line_used += (size_t)count;
    return true;
  }
  if (count == 0) {
    connection->input_ended = true;
    return true;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    connections_end(connection);
  }
  return false;
}

void control_carry_on(struct connection *connection, uint64_t turn) {
  bool may_read = true;
  while (connections_flush(connection)) {
    if (connection->ends_when_sent) {
      connections_end(connection);
      return;
    }
    if (connection->report.under_way) {
      say_next_of_report(connection);
    } else if (execute_next(connection, turn)) {
      continue;
    } else if (connection->line_used == sizeof connection->line) {
      say(connection, "error a line has at most %d bytes\n", LINE_BYTES - 1);
      connection->ends_when_sent = true;
    } else if (connection->input_ended) {
      connections_end(connection);
      return;
    } else if (!may_read || !receive(connection)) {
      return;
    } else {
      may_read = false;
    }
  }
}
