package io.conntracksync.node.table.netfilter;

/** Whether a namespace translates packets of flows whose entries say so. */
@FunctionalInterface
interface TranslationProbe {
  /** For flows of that family. */
  boolean translates(Family family);
}
