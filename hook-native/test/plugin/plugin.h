#ifndef CONNTRACKSYNC_PLUGIN_H
#define CONNTRACKSYNC_PLUGIN_H

#include "gate/lock_driver.h"

/* libvirt's side of the gate, played by the tests: loads it and calls it as the daemon does. */

/* Flags of acquire in the forked child of a start: register only, restrict. */
enum { ACQUIRE_AT_START = 3 };

/*
 * Loads the plugin with immediate, local binding, checks its interface version, and calls its load
 * function. Ends the program when any of this fails.
 */
__attribute__((warn_unused_result, returns_nonnull)) const struct lock_driver *plugin_load(
    const char *path);

/* A domain as the daemon describes it to a new manager; a null uuid leaves that parameter out. */
struct described_domain {
  const char *name;
  const unsigned char *uuid;
};

/*
 * Opens a manager for the domain, with libvirt's five parameters in their order. What the plugin
 * returned.
 */
__attribute__((warn_unused_result)) int plugin_open(const struct lock_driver *driver,
                                                    struct lock_manager *manager,
                                                    struct described_domain domain);

#endif
