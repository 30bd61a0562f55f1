/**
 * The program: settings, the parts put together, the order of start and stop, probes and metrics.
 * Nothing depends on it.
 */
package io.conntracksync.node.agent;
