/*
 * The hook that libvirt runs on the target of a migration, as a file in /etc/libvirt/hooks/qemu.d/.
 * It makes "started begin" wait until the node agent has imported the guest's connections: that is
 * the end of libvirt's Prepare, memory is not copied yet, and the guest runs on at the source
 * meanwhile.
 *
 * It fails open: whatever goes wrong here, the exit status is 0 and the migration goes on. Only an
 * agent that says "abort" makes it 1. Nothing is ever written to stdout: for "migrate begin"
 * libvirt would take it for the domain's new XML.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/answer.h"
#include "agent/complaint.h"
#include "agent/connection.h"
#include "agent/conversation.h"
#include "agent/deadline.h"
#include "agent/question.h"
#include "agent/text.h"
#include "hook/call.h"
#include "hook/domain_input.h"

/* Where the agent's socket may be: in a KubeVirt launcher's container, on a plain libvirt host. */
#ifndef HOOK_SOCKETS
#define HOOK_SOCKETS "/var/run/kubevirt/sockets/cts-hook", "/run/conntracksync/cts-hook"
#endif

/* In milliseconds, of everything together, unless the agent asks for more with "hold". */
#ifndef ANSWER_DEADLINE_MS
#define ANSWER_DEADLINE_MS 250
#endif

/* In milliseconds, of that, for stdin: the rest is left to the agent. */
#ifndef INPUT_DEADLINE_MS
#define INPUT_DEADLINE_MS 100
#endif

static const char *const SOCKETS[] = {HOOK_SOCKETS};

static const struct speaker HOOK = {.name = "conntracksync-hook",
                                    .consequence = "; the migration goes on without waiting"};

static const struct holding NO_HOLD = {.longest_ms = 0};
static const struct holding HOLD_OF_A_WAIT = {.longest_ms = HOLD_MAX_MS, .grace_ms = 50};

static int ask(struct call call, struct connection agent, struct deadline deadline) {
  const struct uuid_finder finder =
      domain_input_search(STDIN_FILENO, deadline_earlier(deadline, deadline_in(INPUT_DEADLINE_MS)));
  const bool is_wait = call.kind == CALL_STARTED;
  struct text question = {.used = 0};
  if (!question_write(&question, is_wait ? "wait" : "incoming", call.domain,
                      finder.search == SEARCH_FOUND ? finder.uuid : NULL)) {
    complain_unsendable(&HOOK, call.domain);
    return EXIT_SUCCESS;
  }
  struct reply reply =
      converse(agent.descriptor, &question, is_wait ? HOLD_OF_A_WAIT : NO_HOLD, deadline);
  if (reply.kind == REPLY_ABORT && !is_wait) {
    /* Only a wait may be answered so: before the import the agent cannot know enough. */
    reply.kind = REPLY_UNKNOWN;
  }
  if (reply.kind != REPLY_OK) {
    complain_reply(&HOOK, agent.path, &reply);
  }
  return reply.kind == REPLY_ABORT ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argument_count, char *arguments[]) {
  /* First of all: this runs at every start and stop of every domain of the host. */
  const struct call call = call_of(argument_count, arguments);
  if (call.kind == CALL_OTHER) {
    return EXIT_SUCCESS;
  }
  const struct deadline deadline = deadline_in(ANSWER_DEADLINE_MS);
  const struct connection agent =
      connection_open(SOCKETS, sizeof SOCKETS / sizeof SOCKETS[0], deadline);
  if (agent.descriptor < 0) {
    if (agent.error != 0) {
      complain_unreachable(&HOOK, agent.path, agent.error);
    }
    return EXIT_SUCCESS;
  }
  return ask(call, agent, deadline); /* the exit closes the socket, in every case */
}
