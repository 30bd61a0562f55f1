/*
 * Seeded loops over what comes from outside: the agent's lines, its half of a conversation, the
 * domain's XML, and the daemon's parameters. The same numbers on every machine, so that a failure
 * can be played again. Usage: fuzz [rounds]. What is checked besides the sanitizers' own findings:
 * the shape of every result, and that cutting the input into pieces changes nothing.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/answer.h"
#include "agent/conversation.h"
#include "gate/guarded_domain.h"
#include "hook/uuid_finder.h"
#include "check.h"

enum { INPUT_MAX = 700, DEFAULT_ROUNDS = 20000 };

static unsigned long rounds = DEFAULT_ROUNDS;

/*
 * A linear congruential generator (the constants are Knuth's MMIX); the upper bits are the good
 * ones.
 */
static uint64_t state;

static size_t below(size_t bound) {
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(state >> 33) % bound;
}

/* Joins a few random fragments and damages a few bytes. Returns the length, at most INPUT_MAX. */
static size_t make_input(char *input, const char *const fragments[], size_t count) {
  size_t length = 0;
  for (size_t parts = below(24); parts > 0; parts--) {
    const char *fragment = fragments[below(count)];
    const size_t fragment_length = strlen(fragment);
    if (length + fragment_length > INPUT_MAX) {
      break;
    }
    memcpy(input + length, fragment, fragment_length);
    length += fragment_length;
  }
  for (size_t damage = length == 0 ? 0 : below(3); damage > 0; damage--) {
    input[below(length)] = (char)below(256);
  }
  return length;
}

static void any_answer_gives_a_sound_result(void) {
  static const char *const fragments[] = {"ok", "hold", "abort", " ",  " ",      "1",       "5000",
                                          "9",  "0",    "-",     "\r", "reason", "Imported"};
  char line[INPUT_MAX];
  state = 1;
  size_t known = 0;
  for (unsigned long round = 0; round < rounds; round++) {
    const size_t length = make_input(line, fragments, sizeof fragments / sizeof fragments[0]);
    const struct answer answer = answer_read(line, length);

    const bool hold = answer.kind == ANSWER_HOLD, abort = answer.kind == ANSWER_ABORT;
    CHECK(hold ? answer.hold_ms >= 1 && answer.hold_ms <= HOLD_MAX_MS : answer.hold_ms == 0);
    CHECK(abort ? answer.reason_length > 0 && answer.reason + answer.reason_length == line + length
                : answer.reason == NULL && answer.reason_length == 0);
    known += answer.kind == ANSWER_UNKNOWN ? 0 : 1;
  }
  CHECK(known > 0); /* else the generator makes nothing of interest */
}

/* All that the agent will ever say lies there when the question is asked: nothing is waited for. */
static struct reply conversation_with(const char *said, size_t length, struct holding holding) {
  int ends[2];
  const struct text question = {.bytes = "pause shop_db -\n", .used = 16};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  CHECK(length == 0 || send(ends[1], said, length, MSG_NOSIGNAL) == (ssize_t)length);
  CHECK(shutdown(ends[1], SHUT_WR) == 0);
  const struct reply reply = converse(ends[0], &question, holding, deadline_in(60000));
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
  return reply;
}

/* Of the gate: it grants 1000 ms; 20 more are for the way. */
static void any_conversation_ends_soundly(void) {
  static const char *const fragments[] = {"ok\n",        "ok Acknowledged\n",
                                          "hold 1000\n", "hold 1001\n",
                                          "hold 5",      "abort no\n",
                                          "\n",          "ok",
                                          " ",           "0",
                                          "\r\n",        "xxxxxxxx"};
  static const struct holding holding = {.longest_ms = 1000, .grace_ms = 20};
  char said[INPUT_MAX];
  state = 3;
  size_t agreed = 0, held = 0;
  for (unsigned long round = 0; round < rounds; round++) {
    const size_t length = make_input(said, fragments, sizeof fragments / sizeof fragments[0]);
    const struct reply reply = conversation_with(said, length, holding);

    const bool starts_ok = length >= 3 && memcmp(said, "ok", 2) == 0 &&
                           (said[2] == ' ' || said[2] == '\n') &&
                           memchr(said, '\n', length) != NULL;
    const bool starts_hold = length >= 5 && memcmp(said, "hold ", 5) == 0;
    CHECK(reply.kind == REPLY_OK || reply.kind == REPLY_ABORT || reply.kind == REPLY_UNKNOWN ||
          reply.kind == REPLY_CLOSED);
    CHECK(reply.kind == REPLY_ABORT ? reply.reason.used > 0 : reply.reason.used == 0);
    CHECK(!starts_ok || reply.kind == REPLY_OK || memchr(said, '\n', LINE_MAX_BYTES) == NULL);
    CHECK(reply.kind != REPLY_OK || starts_ok || starts_hold);
    agreed += starts_ok ? 1 : 0;
    held += reply.kind == REPLY_OK && starts_hold ? 1 : 0;
  }
  CHECK(agreed > 0 && held > 0);
}

/* Any values of any types under any keys; only a string's value is a pointer that may be read. */
static void any_parameters_give_a_sound_domain(void) {
  static const char *const keys[] = {"uuid", "name", "id", "pid", "uri", "", "nam", "names", NULL};
  enum { PARAMETERS_MAX = 8, TYPES = 10 };
  state = 4;
  size_t complete = 0;
  for (unsigned long round = 0; round < rounds; round++) {
    struct lock_parameter parameters[PARAMETERS_MAX];
    char name[INPUT_MAX];
    const size_t count = below(PARAMETERS_MAX + 1), length = below(sizeof name);
    memset(name, 'n', length);
    name[length] = '\0';
    for (size_t i = 0; i < count; i++) {
      for (size_t byte = 0; byte < sizeof parameters[i].value.uuid; byte++) {
        parameters[i].value.uuid[byte] = (unsigned char)below(256);
      }
      parameters[i].key = keys[below(sizeof keys / sizeof keys[0])];
      parameters[i].type = (int)below(TYPES) - 1;
      if (parameters[i].type == LOCK_PARAMETER_STRING) {
        parameters[i].value.string = below(4) == 0 ? NULL : name;
      }
    }
    struct guarded_domain domain;
    guarded_domain_read(&domain, parameters, count);

    const size_t read = strnlen(domain.name, sizeof domain.name);
    CHECK(read == 0 || read == (length < sizeof domain.name ? length : sizeof domain.name - 1));
    for (size_t i = 0; i < UUID_LENGTH; i++) {
      const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      const char *allowed = hyphen ? "-" : "0123456789abcdef";
      CHECK(domain.has_uuid ? domain.uuid[i] != '\0' && strchr(allowed, domain.uuid[i]) != NULL
                            : domain.uuid[i] == '\0');
    }
    complete += domain.has_uuid && read > 0 ? 1 : 0;
  }
  CHECK(complete > 0);
}

static void check_uuid(const struct uuid_finder *finder) {
  for (size_t i = 0; i < UUID_LENGTH; i++) {
    CHECK(strchr("0123456789abcdef-", finder->uuid[i]) != NULL && finder->uuid[i] != '\0');
  }
}

static void any_xml_in_any_pieces_gives_the_same_result(void) {
  static const char *const fragments[] = {"<domain>",
                                          "<domain type='kvm'>",
                                          "</domain>",
                                          "<uuid>",
                                          "</uuid>",
                                          "<uuid/>",
                                          "<name>vm</name>",
                                          "<metadata>",
                                          "</metadata>",
                                          "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3",
                                          "<uuid>0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3</uuid>",
                                          "<!--",
                                          "-->",
                                          "<![CDATA[",
                                          "]]>",
                                          "<?xml",
                                          "?>",
                                          "<a b='",
                                          "' c=\"",
                                          "\"/>",
                                          "<",
                                          ">",
                                          "/",
                                          " ",
                                          "\n",
                                          "&#48;",
                                          "<!"};
  char xml[INPUT_MAX];
  state = 2;
  size_t found = 0;
  for (unsigned long round = 0; round < rounds; round++) {
    size_t length = make_input(xml, fragments, sizeof fragments / sizeof fragments[0]);
    if (below(4) != 0 &&
        length + 8 <= INPUT_MAX) { /* mostly below the right root: elsewhere little happens */
      memmove(xml + 8, xml, length);
      memcpy(xml, "<domain>", 8);
      length += 8;
    }
    struct uuid_finder whole = uuid_finder_start(), pieces = uuid_finder_start();
    const enum search search = uuid_finder_feed(&whole, xml, length);
    for (size_t from = 0; from < length;) {
      const size_t piece = 1 + below(length - from);
      CHECK(uuid_finder_feed(&pieces, xml + from, piece) == pieces.search);
      from += piece;
    }

    CHECK(pieces.search == search);
    if (search == SEARCH_FOUND) {
      found++;
      check_uuid(&whole);
      CHECK(memcmp(whole.uuid, pieces.uuid, UUID_LENGTH) == 0);
    }
  }
  CHECK(found > 0);
}

int main(int argument_count, char *arguments[]) {
  if (argument_count > 1) {
    rounds = strtoul(arguments[1], NULL, 10);
  }
  static const struct test tests[] = {
      TEST(any_answer_gives_a_sound_result),
      TEST(any_conversation_ends_soundly),
      TEST(any_parameters_give_a_sound_domain),
      TEST(any_xml_in_any_pieces_gives_the_same_result),
  };
  (void)printf("%lu rounds each\n", rounds);
  return run_tests(tests, sizeof tests / sizeof tests[0]);
}
