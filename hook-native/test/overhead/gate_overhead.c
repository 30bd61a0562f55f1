/*
 * Measures what the gate costs libvirt's daemon: a manager opened, used and closed, as the daemon
 * does for one operation.
 *
 *   nothing   a system call that does nothing, getppid(2): the yardstick
 *   start     acquire: a guest starts or goes on
 *   absent    release without a socket: a pause of a guest that does not migrate
 *   answered  release with an agent whose answer is ready
 *
 * The first three in batches, one after the other, so that what else the machine does meets all
 * alike; a sample is the mean of a batch. Reports; asserts no times.
 *
 * Usage: gate-overhead GATE CALLS RUNS JSON. CALLS of each of the first three, RUNS of the last.
 * The gate must be built to look for pod.sock in its working directory. Exit status 1, and no JSON,
 * when a call failed or anything of the measurement did.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plugin.h"

enum { SAMPLES_MAX = 10000, BATCH = 1000, QUESTION_MAX = 512 };

enum series { NOTHING, START, ABSENT, ANSWERED, SERIES_COUNT };

static const char *const SERIES_NAMES[SERIES_COUNT] = {"nothing", "start", "absent", "answered"};

static const unsigned char UUID[16] = {0x0f, 0x3c, 0x9a, 0x52};
static const struct described_domain DOMAIN = {.name = "shop_db", .uuid = UUID};

static double samples_ns[SERIES_COUNT][SAMPLES_MAX];
static size_t sample_counts[SERIES_COUNT];
static const struct lock_driver *gate;
static char folder[] = "/tmp/gate-overhead-XXXXXX";
static pid_t agent = -1;

static void clean_up(void) {
  if (agent > 0) {
    (void)kill(agent, SIGKILL);
    (void)waitpid(agent, NULL, 0);
  }
  (void)unlink("pod.sock");
  (void)chdir("/");
  (void)rmdir(folder);
}

__attribute__((noreturn)) static void fail(const char *what) {
  (void)fprintf(stderr, "gate-overhead: %s failed: %s\n", what, strerror(errno));
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
  static const char answer[] = "ok Acknowledged\n";
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
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "pod.sock"};
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, 8) != 0) {
    fail("listening on pod.sock");
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

static void call(enum series series) {
  if (series == NOTHING) {
    (void)syscall(SYS_getppid);
    return;
  }
  struct lock_manager manager;
  char *state = NULL;
  if (plugin_open(gate, &manager, DOMAIN) != 0) {
    fail("open");
  }
  const int done = series == START ? gate->acquire(&manager, NULL, 0, 0, NULL)
                                   : gate->release(&manager, &state, 0);
  if (done != 0) {
    fail(SERIES_NAMES[series]);
  }
  gate->close(&manager);
}

static void sample(enum series series, size_t calls) {
  const int64_t before = now_ns();
  for (size_t i = 0; i < calls; i++) {
    call(series);
  }
  samples_ns[series][sample_counts[series]++] = (double)(now_ns() - before) / (double)calls;
}

static int ascending(const void *one, const void *other) {
  const double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

/* Of sorted samples: the smallest that at least `percent` of them do not exceed. */
static double percentile(enum series series, size_t percent) {
  const size_t rank = (sample_counts[series] * percent + 99) / 100;
  return samples_ns[series][rank == 0 ? 0 : rank - 1];
}

static void write_report(const char *path) {
  FILE *report = fopen(path, "w");
  if (report == NULL) {
    fail(path);
  }
  int written = fprintf(report, "{\n  \"unit\": \"nanoseconds a call\"");
  for (enum series s = 0; s < SERIES_COUNT && written > 0; s++) {
    written =
        fprintf(report,
                ",\n  \"%s\": {\"calls\": %zu, \"min\": %.0f, \"median\": %.0f, "
                "\"p90\": %.0f, \"p99\": %.0f, \"max\": %.0f}",
                SERIES_NAMES[s], sample_counts[s] * (s == ANSWERED ? 1 : BATCH), percentile(s, 0),
                percentile(s, 50), percentile(s, 90), percentile(s, 99), percentile(s, 100));
  }
  if (written > 0) {
    written = fprintf(report, "\n}\n");
  }
  if (fclose(report) != 0 || written < 0) {
    fail(path);
  }
  (void)printf("gate without a socket: median %.0f ns; with a ready answer: %.0f us; see %s\n",
               percentile(ABSENT, 50), percentile(ANSWERED, 50) / 1e3, path);
}

static size_t bounded(const char *number, size_t unit) {
  const size_t samples = strtoul(number, NULL, 10) / unit;
  if (samples < 1 || samples > SAMPLES_MAX) {
    (void)fprintf(stderr, "gate-overhead: %s calls are asked for; %zu to %zu can be made\n", number,
                  unit, unit * SAMPLES_MAX);
    exit(2);
  }
  return samples;
}

int main(int argument_count, char *arguments[]) {
  if (argument_count != 5) {
    (void)fprintf(stderr, "usage: gate-overhead GATE CALLS RUNS JSON\n");
    return 2;
  }
  const size_t batches = bounded(arguments[2], BATCH), runs = bounded(arguments[3], 1);
  char home[PATH_MAX];
  gate = plugin_load(arguments[1]);
  if (getcwd(home, sizeof home) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0) {
    fail("making a folder");
  }
  for (size_t i = 0; i < batches; i++) {
    sample(NOTHING, BATCH);
    sample(START, BATCH);
    sample(ABSENT, BATCH);
  }
  start_agent();
  for (size_t i = 0; i < runs; i++) {
    sample(ANSWERED, 1);
  }
  clean_up();
  if (chdir(home) != 0) {
    fail("chdir");
  }
  for (enum series s = 0; s < SERIES_COUNT; s++) {
    qsort(samples_ns[s], sample_counts[s], sizeof samples_ns[s][0], ascending);
  }
  write_report(arguments[4]);
  return EXIT_SUCCESS;
}
