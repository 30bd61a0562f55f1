/**
 * The kernel's own connection tracking, read and written over ctnetlink. Must not know sessions,
 * peers or Kubernetes, nor make system calls other than through {@code linux}.
 */
package io.conntracksync.node.table.netfilter;
