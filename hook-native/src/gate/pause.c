#include "gate/pause.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/answer.h"
#include "agent/complaint.h"
#include "agent/connection.h"
#include "agent/conversation.h"
#include "agent/deadline.h"
#include "agent/question.h"
#include "agent/text.h"

/* The agent's socket inside of a KubeVirt launcher's container, which holds one domain. */
#ifndef GATE_POD_SOCKET
#define GATE_POD_SOCKET "/var/run/kubevirt/sockets/cts-gate"
#endif

/* On a plain libvirt host, which holds many: followed by the domain's name. */
#ifndef GATE_HOST_FOLDER
#define GATE_HOST_FOLDER "/run/conntracksync/gate/"
#endif

/* The agent keeps the same limit, and makes no socket for a longer name. */
enum { SOCKET_NAME_MAX_BYTES = 64 };

/* In milliseconds, of everything together, unless the agent asks for more with "hold". */
#ifndef GATE_ANSWER_DEADLINE_MS
#define GATE_ANSWER_DEADLINE_MS 150
#endif

/* 1000: the upper end of the API's switchoverDeadline. All of it the guest stands still. */
static const struct holding HOLD_OF_A_PAUSE = {.longest_ms = 1000, .grace_ms = 20};

static const struct speaker GATE = {.name = "conntracksync-gate",
                                    .consequence = "; the pause goes on without waiting"};

_Static_assert(sizeof GATE_HOST_FOLDER + SOCKET_NAME_MAX_BYTES <=
                   sizeof((struct sockaddr_un *)0)->sun_path,
               "a path that fits into the address of a unix socket");

/*
 * Whether a file in the folder of sockets may have the domain's name: one that leads nowhere else,
 * in printable ASCII, which is the same bytes in whatever locale the agent runs.
 */
static bool is_file_name(const char *name) {
  size_t length = 0;
  for (; name[length] >= 0x20 && name[length] <= 0x7e && name[length] != '/'; length++) {
  }
  return length > 0 && length <= SOCKET_NAME_MAX_BYTES && name[length] == '\0' && name[0] != '.';
}

/* Tries the domain's sockets. `host_socket` is empty; it gets the path of the second one. */
static struct connection reach(const struct guarded_domain *domain, struct text *host_socket,
                               struct deadline deadline) {
  const char zero[] = {'\0'};
  text_add(host_socket, GATE_HOST_FOLDER);
  text_add(host_socket, domain->name);
  text_add_bytes(host_socket, zero, sizeof zero);
  const char *const paths[] = {GATE_POD_SOCKET, host_socket->bytes};
  return connection_open(paths, is_file_name(domain->name) ? 2 : 1, deadline);
}

static void ask(const struct guarded_domain *domain, struct connection agent,
                struct deadline deadline) {
  struct text question = {.used = 0};
  if (!question_write(&question, "pause", domain->name, domain->has_uuid ? domain->uuid : NULL)) {
    complain_unsendable(&GATE, domain->name);
    return;
  }
  struct reply reply = converse(agent.descriptor, &question, HOLD_OF_A_PAUSE, deadline);
  if (reply.kind == REPLY_ABORT) {
    reply.kind = REPLY_UNKNOWN; /* a pause cannot be refused any more */
  }
  if (reply.kind != REPLY_OK) {
    complain_reply(&GATE, agent.path, &reply);
  }
}

void pause_hold(const struct guarded_domain *domain) {
  const int error_before = errno;
  const struct deadline deadline = deadline_in(GATE_ANSWER_DEADLINE_MS);
  struct text host_socket = {.used = 0}; /* the connection's path may lie in it */
  const struct connection agent = reach(domain, &host_socket, deadline);
  if (agent.descriptor >= 0) {
    ask(domain, agent, deadline);
    const int closed = close(agent.descriptor);
    (void)closed; /* the number is free whatever it reports, and the answer is here */
  } else if (agent.error != 0) {
    complain_unreachable(&GATE, agent.path, agent.error);
  }
  errno = error_before;
}
