#ifndef CONNTRACKSYNC_CALL_H
#define CONNTRACKSYNC_CALL_H

/* What libvirt's call means to us. */
enum call_kind {
  CALL_OTHER,    /* not ours: nothing is touched */
  CALL_INCOMING, /* "migrate begin": an incoming migration is announced, at the start of Prepare */
  CALL_STARTED   /* "started begin": the guest's process is up, in a migration or any start */
};

struct call {
  enum call_kind kind;
  const char *domain; /* the name as libvirt gave it, on this host; null with CALL_OTHER */
};

/*
 * Reads the arguments that libvirt gives a qemu hook: path, domain, operation, sub-operation, and
 * one more that is not looked at (libvirt, "Hooks for specific system management"). Too few of
 * them: CALL_OTHER.
 */
__attribute__((warn_unused_result)) struct call call_of(int count, char *const arguments[]);

#endif
