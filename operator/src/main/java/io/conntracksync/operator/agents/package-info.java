/**
 * What is known of the agents: their ConntrackNode, the Lease that shows them alive, and whether
 * the node exists at all. Read only.
 */
package io.conntracksync.operator.agents;
