/**
 * What two agents say to each other and how it becomes bytes: messages, frames, the transport.
 * Knows entries as opaque keys and values. Must not know sessions, Kubernetes or backends.
 */
package io.conntracksync.node.transfer;
