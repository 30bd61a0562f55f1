/*
 * Measures what the hook costs by itself. Whole runs, from before the spawn until after the exit:
 *
 *   peer      a static program that does nothing
 *   other     the hook, called for something that is not its business
 *   answered  the hook at "started begin", with an agent whose answer is ready
 *
 * one after the other in each round, so that what else the machine does meets all three alike. The
 * agent is a process of this program that answers each question at once. Reports; asserts no times.
 *
 * Usage: overhead HOOK PEER RUNS JSON. The hook must be built to look for first.sock in its working
 * directory. Exit status 1, and no JSON, when a run did not end with status 0 or anything of the
 * measurement failed.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 10000, QUESTION_MAX = 512 };

enum series { PEER, OTHER, ANSWERED, SERIES_COUNT };

static const char *const SERIES_NAMES[SERIES_COUNT] = {"peer", "other", "answered"};

/* About as long as what libvirt writes for a small guest. */
static const char DOMAIN_HEAD[] =
    "<domain type='kvm' id='1'>\n  <name>shop_db</name>\n  "
    "<uuid>0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3</uuid>\n";
static const char DOMAIN_DEVICE[] =
    "    <interface type='bridge'><source bridge='vmbr'/><model type='virtio'/></interface>\n";
enum { DOMAIN_DEVICES = 16 };

static int64_t samples_ns[SERIES_COUNT][RUNS_MAX];
static char folder[] = "/tmp/hook-overhead-XXXXXX";
static pid_t agent = -1;

static void clean_up(void) {
  if (agent > 0) {
    (void)kill(agent, SIGKILL);
    (void)waitpid(agent, NULL, 0);
  }
  (void)unlink("first.sock");
  (void)chdir("/");
  (void)rmdir(folder);
}

__attribute__((noreturn)) static void fail(const char *what) {
  (void)fprintf(stderr, "overhead: %s failed: %s\n", what, strerror(errno));
  clean_up();
  exit(EXIT_FAILURE);
}

static int64_t now_ns(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
    fail("clock_gettime");
  }
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Never returns: answers one question a connection until it is killed, or its parent is gone. */
__attribute__((noreturn)) static void be_the_agent(int listener) {
  static const char answer[] = "ok Imported\n";
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    _exit(EXIT_FAILURE);
  }
  for (;;) {
    char question[QUESTION_MAX];
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0 || read(connection, question, sizeof question) <= 0 ||
        write(connection, answer, sizeof answer - 1) < 0 || close(connection) != 0) {
      _exit(EXIT_FAILURE);
    }
  }
}

static void start_agent(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "first.sock"};
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, 8) != 0) {
    fail("listening on first.sock");
  }
  agent = fork();
  if (agent < 0) {
    fail("fork");
  }
  if (agent == 0) {
    be_the_agent(listener);
  }
  if (close(listener) != 0) {
    fail("close");
  }
}

/*
 * A pipe with a domain's XML in it, closed at the writing end: its reading end. Fits into the pipe.
 */
static int domain_on_a_pipe(void) {
  int ends[2];
  if (pipe(ends) != 0 || write(ends[1], DOMAIN_HEAD, sizeof DOMAIN_HEAD - 1) < 0) {
    fail("pipe");
  }
  for (int i = 0; i < DOMAIN_DEVICES; i++) {
    if (write(ends[1], DOMAIN_DEVICE, sizeof DOMAIN_DEVICE - 1) < 0) {
      fail("write");
    }
  }
  if (close(ends[1]) != 0) {
    fail("close");
  }
  return ends[0];
}

static int64_t run(char *program, char *operation) {
  char domain[] = "shop_db", sub_operation[] = "begin", extra[] = "-";
  char *arguments[] = {program, domain, operation, sub_operation, extra, NULL};
  char *environment[] = {NULL};
  const int input = domain_on_a_pipe();
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0 ||
      posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) != 0) {
    fail("posix_spawn_file_actions");
  }

  pid_t process = -1;
  int status = -1;
  const int64_t before = now_ns();
  const int spawned = posix_spawn(&process, program, &actions, NULL, arguments, environment);
  if (spawned != 0) {
    errno = spawned;
    fail(program);
  }
  if (waitpid(process, &status, 0) != process) {
    fail("waitpid");
  }
  const int64_t took = now_ns() - before;

  if (status != 0) {
    errno = 0;
    fail("a run (its status is not 0)");
  }
  if (posix_spawn_file_actions_destroy(&actions) != 0 || close(input) != 0) {
    fail("close");
  }
  return took;
}

static int ascending(const void *one, const void *other) {
  const int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
  return (a > b) - (a < b);
}

/*
 * Of sorted samples, in microseconds. The smallest that at least `percent` of them do not exceed.
 */
static double percentile_us(enum series series, size_t runs, size_t percent) {
  const size_t rank = (runs * percent + 99) / 100;
  return (double)samples_ns[series][rank == 0 ? 0 : rank - 1] / 1000.0;
}

static void write_report(const char *path, size_t runs) {
  FILE *report = fopen(path, "w");
  if (report == NULL) {
    fail(path);
  }
  int written =
      fprintf(report, "{\n  \"runs\": %zu,\n  \"unit\": \"microseconds, spawn to exit\",\n", runs);
  for (enum series s = 0; s < SERIES_COUNT && written > 0; s++) {
    written = fprintf(report,
                      "  \"%s\": {\"min\": %.1f, \"median\": %.1f, \"p90\": %.1f, \"p99\": %.1f, "
                      "\"max\": %.1f},\n",
                      SERIES_NAMES[s], percentile_us(s, runs, 0), percentile_us(s, runs, 50),
                      percentile_us(s, runs, 90), percentile_us(s, runs, 99),
                      percentile_us(s, runs, 100));
  }
  const double peer = percentile_us(PEER, runs, 50);
  const double other = percentile_us(OTHER, runs, 50), answered = percentile_us(ANSWERED, runs, 50);
  if (written > 0) {
    written = fprintf(report,
                      "  \"ratioToPeer\": {\"other\": %.2f, \"answered\": %.2f},\n"
                      "  \"ownMedian\": {\"other\": %.1f, \"answered\": %.1f}\n}\n",
                      other / peer, answered / peer, other - peer, answered - peer);
  }
  if (fclose(report) != 0 || written < 0) {
    fail(path);
  }
  (void)printf(
      "hook with a ready answer: median %.0f us, %.2f times a program that does nothing (%.0f us); "
      "see %s\n",
      answered, answered / peer, peer, path);
}

int main(int argument_count, char *arguments[]) {
  if (argument_count != 5) {
    (void)fprintf(stderr, "usage: overhead HOOK PEER RUNS JSON\n");
    return 2;
  }
  const unsigned long runs = strtoul(arguments[3], NULL, 10);
  char hook[PATH_MAX], peer[PATH_MAX], home[PATH_MAX];
  if (runs < 1 || runs > RUNS_MAX) {
    (void)fprintf(stderr, "overhead: %s runs are asked for; 1 to %d can be made\n", arguments[3],
                  RUNS_MAX);
    return 2;
  }
  if (realpath(arguments[1], hook) == NULL || realpath(arguments[2], peer) == NULL ||
      getcwd(home, sizeof home) == NULL || mkdtemp(folder) == NULL) {
    fail("finding the programs");
  }
  if (chdir(folder) != 0) {
    fail("chdir");
  }
  start_agent();

  char other[] = "prepare", started[] = "started";
  for (size_t i = 0; i < runs; i++) {
    samples_ns[PEER][i] = run(peer, started);
    samples_ns[OTHER][i] = run(hook, other);
    samples_ns[ANSWERED][i] = run(hook, started);
  }

  clean_up();
  if (chdir(home) != 0) {
    fail("chdir");
  }
  for (enum series s = 0; s < SERIES_COUNT; s++) {
    qsort(samples_ns[s], runs, sizeof samples_ns[s][0], ascending);
  }
  write_report(arguments[4], runs);
  return EXIT_SUCCESS;
}
