package io.conntracksync.node.table.netfilter;

/**
 * What tells a flow from all others of the table.
 *
 * @param original how packets of the initiator arrive, before translation
 */
record FlowId(Family family, Zones zones, Tuple original) {}
