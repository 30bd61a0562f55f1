/**
 * One sync as one agent sees it: what to do next when something happens. The state machines are
 * pure; the loops drive them against tables and peers. Must not know Kubernetes, sockets or frames.
 */
package io.conntracksync.node.session;
