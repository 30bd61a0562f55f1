/**
 * From a migration of KubeVirt to a ConntrackSync: a pure plan, and the loop that carries it out.
 * What becomes of the sync afterwards is not its concern.
 */
package io.conntracksync.operator.migration;
