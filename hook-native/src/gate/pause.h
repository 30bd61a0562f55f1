#ifndef CONNTRACKSYNC_PAUSE_H
#define CONNTRACKSYNC_PAUSE_H

#include "gate/guarded_domain.h"

/*
 * The domain stands still, and goes on at the target (or here) when this returns: asks its agent to
 * bring the last changes over, and waits for the answer. Only an agent with a sync of this domain
 * under way has a socket; without one this is over in microseconds. Whatever goes wrong, the worst
 * is that the deadlines pass; then one line is said on stderr. May be called by several threads at
 * a time, for different domains or the same one; leaves errno alone.
 */
void pause_hold(const struct guarded_domain *domain);

#endif
