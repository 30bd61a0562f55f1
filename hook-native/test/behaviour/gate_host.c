/*
 * A stand-in for libvirt's daemon: loads the gate and does with it what the daemon does, step by
 * step, in its working directory.
 *
 * Usage: gate-host GATE DOMAIN STEP...
 *
 *   release               the domain was paused
 *   release-without-uuid  the same, but the daemon did not give the uuid
 *   release-of-no-domain  the same, for a kind of object that the gate does not know
 *   release-at-once:N     N domains were paused, each in a thread of its own; named DOMAIN-1 and
 *                         on, and the last byte of the uuid is that number
 *   release-together:N    one domain, N releases, each in a thread of its own
 *   detach                a disk was detached: release with no place for a state
 *   inquire               a migration begins
 *   resource              a disk is added
 *   acquire               the domain goes on
 *   acquire-in-child      the domain starts: in a forked child of a process with threads, where a
 *                         system call that reaches out is death
 *   reach-out-in-child    the proof that it is: calls socket(2) there by itself
 *
 * Each prints "<step> <milliseconds>". Exit status 1, with a line "broken: ...", when the gate
 * returned anything but success, left a state, changed errno, the signals or the descriptors of the
 * process.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "forked_start.h"
#include "plugin.h"

enum { UUID_BYTES = 16, THREADS_MAX = 16, FOREIGN_ERRNO = 4242, UNKNOWN_OBJECT = 7 };

static const unsigned char UUID[UUID_BYTES] = {0x0f, 0x3c, 0x9a, 0x52, 0x7d, 0x1e, 0x4b, 0x68,
                                               0x8a, 0x90, 0x5e, 0x2b, 0x7c, 0x41, 0xd6, 0xf3};

static const struct lock_driver *gate;

__attribute__((noreturn)) static void broken(const char *what) {
  (void)printf("broken: %s\n", what);
  (void)fflush(stdout);
  _exit(EXIT_FAILURE);
}

static void require(bool condition, const char *what) {
  if (!condition) {
    broken(what);
  }
}

static double now_ms(void) {
  struct timespec now;
  require(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* As the daemon does it: a manager of its own for each, and nothing left behind. */

enum operation { RELEASE, DETACH, INQUIRE, RESOURCE, ACQUIRE };

static void operate_on(struct lock_manager *manager, enum operation operation) {
  char foreign_state[] = "a state that is not the gate's";
  char *state = foreign_state;
  switch (operation) {
    case RELEASE:
      require(gate->release(manager, &state, 0) == 0, "release failed");
      require(state == NULL, "release left a state");
      break;
    case DETACH:
      require(gate->release(manager, NULL, 0) == 0, "release without a state failed");
      break;
    case INQUIRE:
      require(gate->inquire(manager, &state, 0) == 0, "inquire failed");
      require(state == NULL, "inquire left a state");
      break;
    case RESOURCE:
      require(gate->add_resource(manager, 0, "/disk", 0, NULL, 0) == 0, "add_resource failed");
      break;
    case ACQUIRE:
      require(gate->acquire(manager, NULL, 0, 0, NULL) == 0, "acquire failed");
      break;
  }
}

static void operate(enum operation operation, struct described_domain domain) {
  struct lock_manager manager;
  sigset_t mask_before, mask_after;
  /* All of them: the kernel writes only a part. */
  memset(&mask_before, 0, sizeof mask_before);
  memset(&mask_after, 0, sizeof mask_after);
  require(pthread_sigmask(SIG_SETMASK, NULL, &mask_before) == 0, "pthread_sigmask");
  errno = FOREIGN_ERRNO;
  require(plugin_open(gate, &manager, domain) == 0, "open failed");
  operate_on(&manager, operation);
  gate->close(&manager);
  require(errno == FOREIGN_ERRNO, "errno was changed");
  require(manager.own == NULL, "close left something on the manager");
  require(pthread_sigmask(SIG_SETMASK, NULL, &mask_after) == 0 &&
              memcmp(&mask_before, &mask_after, sizeof mask_after) == 0,
          "the thread's signal mask was changed");
}

static void operate_on_no_domain(void) {
  struct lock_manager manager = {.driver = gate};
  char foreign_state[] = "a state that is not the gate's";
  char *state = foreign_state;
  require(gate->open(&manager, UNKNOWN_OBJECT, 0, NULL, 0) == 0, "open of no domain failed");
  require(gate->release(&manager, &state, 0) == 0 && state == NULL, "release of no domain failed");
  gate->close(&manager);
}

struct paused {
  pthread_t thread;
  pthread_barrier_t *start;
  char name[128];
  unsigned char uuid[UUID_BYTES];
  double took_ms;
};

static void *pause_one(void *argument) {
  struct paused *paused = argument;
  const int waited = pthread_barrier_wait(paused->start);
  require(waited == 0 || waited == PTHREAD_BARRIER_SERIAL_THREAD, "pthread_barrier_wait");
  const double before = now_ms();
  operate(RELEASE, (struct described_domain){.name = paused->name, .uuid = paused->uuid});
  paused->took_ms = now_ms() - before;
  return NULL;
}

enum identity { ONE_EACH, THE_SAME };

static void pause_many(const char *step, const char *name, unsigned count, enum identity identity) {
  static struct paused paused[THREADS_MAX];
  pthread_barrier_t start;
  require(count >= 1 && count <= THREADS_MAX, "a number of threads from 1 to 16 is wanted");
  require(pthread_barrier_init(&start, NULL, count) == 0, "pthread_barrier_init");
  for (unsigned i = 0; i < count; i++) {
    paused[i].start = &start;
    memcpy(paused[i].uuid, UUID, UUID_BYTES);
    if (identity == ONE_EACH) {
      paused[i].uuid[UUID_BYTES - 1] = (unsigned char)(i + 1);
      (void)snprintf(paused[i].name, sizeof paused[i].name, "%s-%u", name, i + 1);
    } else {
      (void)snprintf(paused[i].name, sizeof paused[i].name, "%s", name);
    }
    require(pthread_create(&paused[i].thread, NULL, pause_one, &paused[i]) == 0, "pthread_create");
  }
  for (unsigned i = 0; i < count; i++) {
    require(pthread_join(paused[i].thread, NULL) == 0, "pthread_join");
    (void)printf("%s.%u %.3f\n", step, i + 1, paused[i].took_ms);
  }
  require(pthread_barrier_destroy(&start) == 0, "pthread_barrier_destroy");
}

static void require_succeeded(enum child_end end) {
  require(end != CHILD_KILLED, "the child reached out, and was killed for it");
  require(end == CHILD_SUCCEEDED, "the child failed");
}

static unsigned open_descriptors(void) {
  unsigned count = 0;
  DIR *folder = opendir("/proc/self/fd");
  require(folder != NULL, "opendir");
  while (readdir(folder) != NULL) {
    count++;
  }
  require(closedir(folder) == 0, "closedir");
  return count;
}

static bool is_step(const char *step, const char *name) { return strcmp(step, name) == 0; }

static unsigned number_behind(const char *step, const char *name) {
  const size_t length = strlen(name);
  return strncmp(step, name, length) == 0 ? (unsigned)strtoul(step + length, NULL, 10) : 0;
}

static void do_step(const char *step, const char *name) {
  const struct described_domain domain = {.name = name, .uuid = UUID};
  if (is_step(step, "release")) {
    operate(RELEASE, domain);
  } else if (is_step(step, "release-without-uuid")) {
    operate(RELEASE, (struct described_domain){.name = name});
  } else if (is_step(step, "release-of-no-domain")) {
    operate_on_no_domain();
  } else if (is_step(step, "detach")) {
    operate(DETACH, domain);
  } else if (is_step(step, "inquire")) {
    operate(INQUIRE, domain);
  } else if (is_step(step, "resource")) {
    operate(RESOURCE, domain);
  } else if (is_step(step, "acquire")) {
    operate(ACQUIRE, domain);
  } else if (is_step(step, "acquire-in-child")) {
    require_succeeded(forked_start(gate, domain));
  } else if (is_step(step, "reach-out-in-child")) {
    require_succeeded(forked_reach());
  } else if (number_behind(step, "release-at-once:") > 0) {
    pause_many(step, name, number_behind(step, "release-at-once:"), ONE_EACH);
  } else if (number_behind(step, "release-together:") > 0) {
    pause_many(step, name, number_behind(step, "release-together:"), THE_SAME);
  } else {
    broken("an unknown step is asked for");
  }
}

int main(int argument_count, char *arguments[]) {
  require(argument_count >= 4, "usage: gate-host GATE DOMAIN STEP...");
  gate = plugin_load(arguments[1]);
  struct sigaction pipe_before, pipe_after;
  require(sigaction(SIGPIPE, NULL, &pipe_before) == 0, "sigaction");
  const unsigned descriptors_before = open_descriptors();

  for (int i = 3; i < argument_count; i++) {
    const double before = now_ms();
    do_step(arguments[i], arguments[2]);
    (void)printf("%s %.3f\n", arguments[i], now_ms() - before);
  }

  require(open_descriptors() == descriptors_before, "a descriptor was left open");
  require(
      sigaction(SIGPIPE, NULL, &pipe_after) == 0 && pipe_before.sa_handler == pipe_after.sa_handler,
      "the disposition of SIGPIPE was changed");
  require(gate->unload() == 0, "unload failed");
  return EXIT_SUCCESS;
}
