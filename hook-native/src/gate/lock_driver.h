#ifndef CONNTRACKSYNC_LOCK_DRIVER_H
#define CONNTRACKSYNC_LOCK_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * What libvirt's daemon expects of a lock-manager plugin, interface version 1.0.0, the same in
 * libvirt 7.0 to 11.3 (its src/locking/lock_driver.h). libvirt installs no header for it, so the
 * layout is written down here; the offsets below hold on 64-bit machines, and only there does this
 * compile.
 */
enum { LOCK_DRIVER_VERSION = 1000000 }; /* major * 1000000 + minor * 1000 + micro */

/* Kinds of objects that a manager may be for. */
enum { LOCK_OBJECT_DOMAIN = 0 };

/* Kinds of parameter values; there are more, which nothing here reads. */
enum { LOCK_PARAMETER_STRING = 0, LOCK_PARAMETER_UUID = 7 };

struct lock_parameter {
  int type;
  const char *key;
  union {
    const char *string;
    unsigned char uuid[16];
  } value;
};

struct lock_driver;

/* Made by libvirt for one operation on one domain. `own` belongs to the plugin. */
struct lock_manager {
  const struct lock_driver *driver;
  void *own;
};

/* All return 0 for success and less for failure. libvirt calls each of them, so none is null. */
struct lock_driver {
  uint32_t version;
  uint32_t flags;
  int (*load)(unsigned version, const char *configuration_path, unsigned flags);
  int (*unload)(void);
  int (*open)(struct lock_manager *manager, unsigned object_type, size_t parameter_count,
              const struct lock_parameter *parameters, unsigned flags);
  void (*close)(struct lock_manager *manager);
  int (*add_resource)(struct lock_manager *manager, unsigned type, const char *name,
                      size_t parameter_count, const struct lock_parameter *parameters,
                      unsigned flags);
  int (*acquire)(struct lock_manager *manager, const char *state, unsigned flags,
                 int failure_action, int *descriptor);
  int (*release)(struct lock_manager *manager, char **state, unsigned flags);
  int (*inquire)(struct lock_manager *manager, char **state, unsigned flags);
};

_Static_assert(sizeof(void *) == 8 && sizeof(int) == 4, "the layout is that of 64-bit machines");
_Static_assert(offsetof(struct lock_parameter, key) == 8, "parameter: key");
_Static_assert(offsetof(struct lock_parameter, value) == 16, "parameter: value");
_Static_assert(sizeof(struct lock_parameter) == 32, "parameter");
_Static_assert(offsetof(struct lock_manager, own) == 8, "manager: own");
_Static_assert(sizeof(struct lock_manager) == 16, "manager");
_Static_assert(offsetof(struct lock_driver, version) == 0, "driver: version");
_Static_assert(offsetof(struct lock_driver, flags) == 4, "driver: flags");
_Static_assert(offsetof(struct lock_driver, load) == 8, "driver: drvInit");
_Static_assert(offsetof(struct lock_driver, unload) == 16, "driver: drvDeinit");
_Static_assert(offsetof(struct lock_driver, open) == 24, "driver: drvNew");
_Static_assert(offsetof(struct lock_driver, close) == 32, "driver: drvFree");
_Static_assert(offsetof(struct lock_driver, add_resource) == 40, "driver: drvAddResource");
_Static_assert(offsetof(struct lock_driver, acquire) == 48, "driver: drvAcquire");
_Static_assert(offsetof(struct lock_driver, release) == 56, "driver: drvRelease");
_Static_assert(offsetof(struct lock_driver, inquire) == 64, "driver: drvInquire");
_Static_assert(sizeof(struct lock_driver) == 72, "driver");

/* The one symbol that libvirt looks up in the plugin. */
extern const struct lock_driver virLockDriverImpl;

#endif
