/**
 * The agent's side of the API server: which syncs concern this node, what is said about them, and
 * that this node is here. Turns objects into calls of {@code session} and progress into status.
 * Must not know tables beyond their fill, sockets, frames or how a session works.
 */
package io.conntracksync.node.kube;
