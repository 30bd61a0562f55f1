/**
 * What a table of connection-tracking entries is, whatever holds it: a snapshot can be taken,
 * changes can be followed, entries can be applied and removed. The backends live in packages below.
 * Must not know sessions, peers or Kubernetes.
 */
package io.conntracksync.node.table;
