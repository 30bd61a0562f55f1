/*
 * The gate: a lock-manager plugin of libvirt's daemon that locks nothing. libvirt calls a lock
 * manager's release when a domain has been paused, and in a migration the switchover waits for its
 * return; this makes it wait until the agent on the source has brought the last changes over.
 *
 * It fails open: every function succeeds, always. What libvirt would do with a failure ranges from
 * a line in its log to a guest that is killed at its resume.
 *
 * It lives in somebody else's multi-threaded process: no state but what hangs on a manager, no
 * threads, no signals, nothing on stdout, nothing that calls libvirt.
 */
#include <errno.h>
#include <stdlib.h>

#include "gate/guarded_domain.h"
#include "gate/lock_driver.h"
#include "gate/pause.h"

#define UNUSED __attribute__((unused))

enum { DONE = 0, NO_DRIVER_FLAGS = 0 };

static int gate_load(UNUSED unsigned version, UNUSED const char *configuration_path,
                     UNUSED unsigned flags) {
  return DONE;
}

static int gate_unload(void) { return DONE; }

/*
 * Runs in the forked child of a start as well. Allocating is no more than libvirt itself did there
 * for the manager; libcs keep it usable after a fork. Without memory nobody is asked.
 */
static int gate_open(struct lock_manager *manager, unsigned object_type, size_t parameter_count,
                     const struct lock_parameter *parameters, UNUSED unsigned flags) {
  manager->own = NULL;
  if (object_type != LOCK_OBJECT_DOMAIN) {
    return DONE;
  }
  const int error_before = errno;
  struct guarded_domain *domain = calloc(1, sizeof *domain);
  errno = error_before;
  if (domain != NULL) {
    guarded_domain_read(domain, parameters, parameter_count);
    manager->own = domain;
  }
  return DONE;
}

static void gate_close(struct lock_manager *manager) {
  const int error_before = errno;
  free(manager->own); /* keeps errno only from glibc 2.33 on */
  errno = error_before;
  manager->own = NULL;
}

static int gate_add_resource(UNUSED struct lock_manager *manager, UNUSED unsigned type,
                             UNUSED const char *name, UNUSED size_t parameter_count,
                             UNUSED const struct lock_parameter *parameters,
                             UNUSED unsigned flags) {
  return DONE;
}

/*
 * A guest starts or goes on. At a start this is the forked child of a process with other threads:
 * whatever took a lock or talked to somebody here could hang.
 */
static int gate_acquire(UNUSED struct lock_manager *manager, UNUSED const char *state,
                        UNUSED unsigned flags, UNUSED int failure_action, UNUSED int *descriptor) {
  return DONE;
}

/*
 * The state stays null wherever it is asked for: a string would travel to the target of a
 * migration, which may have no gate.
 */
static int gate_release(struct lock_manager *manager, char **state, UNUSED unsigned flags) {
  if (state == NULL) {
    return DONE; /* a disk was detached; the guest runs on */
  }
  *state = NULL;
  if (manager->own != NULL) {
    pause_hold(manager->own);
  }
  return DONE;
}

static int gate_inquire(UNUSED struct lock_manager *manager, char **state, UNUSED unsigned flags) {
  if (state != NULL) {
    *state = NULL;
  }
  return DONE;
}

__attribute__((visibility("default"))) const struct lock_driver virLockDriverImpl = {
    .version = LOCK_DRIVER_VERSION,
    .flags = NO_DRIVER_FLAGS, /* the one there is would say: hands state to the other host */
    .load = gate_load,
    .unload = gate_unload,
    .open = gate_open,
    .close = gate_close,
    .add_resource = gate_add_resource,
    .acquire = gate_acquire,
    .release = gate_release,
    .inquire = gate_inquire,
};
