package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.EntryKey;

/** A flow that is to be put into the table, and the key under which it came. */
record Candidate(EntryKey key, Flow flow) {
  Candidate with(Flow other) {
    return new Candidate(key, other);
  }
}
