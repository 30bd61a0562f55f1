#include "plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_CONSTANT_STRING = 1, TYPE_UNSIGNED = 4 };

const struct lock_driver *plugin_load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    (void)fprintf(stderr, "loading the gate failed: %s\n", dlerror());
    exit(EXIT_FAILURE);
  }
  const struct lock_driver *driver = dlsym(library, "virLockDriverImpl");
  if (driver == NULL || driver->version != LOCK_DRIVER_VERSION || driver->flags != 0) {
    (void)fprintf(stderr, "%s has no virLockDriverImpl of version %d without flags\n", path,
                  LOCK_DRIVER_VERSION);
    exit(EXIT_FAILURE);
  }
  if (driver->load(LOCK_DRIVER_VERSION, "/etc/libvirt/qemu-conntracksync-gate.conf", 0) != 0) {
    (void)fprintf(stderr, "the gate refuses to be loaded\n");
    exit(EXIT_FAILURE);
  }
  return driver;
}

int plugin_open(const struct lock_driver *driver, struct lock_manager *manager,
                struct described_domain domain) {
  struct lock_parameter parameters[] = {
      {.type = LOCK_PARAMETER_UUID, .key = "uuid"},
      {.type = LOCK_PARAMETER_STRING, .key = "name", .value.string = domain.name},
      {.type = TYPE_UNSIGNED, .key = "id"},
      {.type = TYPE_UNSIGNED, .key = "pid"},
      {.type = TYPE_CONSTANT_STRING, .key = "uri"},
  };
  const size_t count = sizeof parameters / sizeof parameters[0];
  const size_t left_out = domain.uuid == NULL ? 1 : 0;
  if (domain.uuid != NULL) {
    memcpy(parameters[0].value.uuid, domain.uuid, sizeof parameters[0].value.uuid);
  }
  memset(manager, 0, sizeof *manager);
  manager->driver = driver;
  const int opened = driver->open(manager, LOCK_OBJECT_DOMAIN, count - left_out,
                                  parameters + left_out, /* freshly started */ 1);
  /* The daemon's parameters are gone when the call is over: nobody may look there again. */
  memset(parameters, 0xa5, sizeof parameters);
  return opened;
}
