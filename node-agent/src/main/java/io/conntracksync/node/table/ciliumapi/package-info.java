/**
 * The conntrack table of a Cilium whose agent offers it over HTTP. Knows the API's records and
 * faults and what of an entry means something on another node. Must not know the BPF maps, sessions
 * or peers.
 */
package io.conntracksync.node.table.ciliumapi;
