package io.conntracksync.node.table;

import java.time.Duration;
import java.util.Collection;

/** The changes of a sync's tables where the node's is the only one. */
record NodeChanges(Changes node) implements Changes {
  @Override
  public Observation await(Duration patience) throws TableException {
    return TableTag.NODE.tagged(node.await(patience));
  }

  @Override
  public Observation drain() throws TableException {
    return TableTag.NODE.tagged(node.drain());
  }

  /** Of entries of other tables nothing is known, so nothing is said. */
  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    return TableTag.NODE.tagged(node.look(TableTag.NODE.own(keys)));
  }

  @Override
  public void call(Collection<EntryKey> keys) throws TableException {
    node.call(TableTag.NODE.own(keys));
  }

  @Override
  public void wake() {
    node.wake();
  }

  @Override
  public EventCoverage coverage() {
    return node.coverage();
  }

  @Override
  public void close() {
    node.close();
  }
}
