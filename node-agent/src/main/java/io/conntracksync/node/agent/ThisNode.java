package io.conntracksync.node.agent;

import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceObserver;
import io.conntracksync.node.session.TargetObserver;
import io.conntracksync.node.table.ConntrackTable;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;

/** temporary */
final class ThisNode implements NodeSide {
  static ThisNode open(Settings settings, MeterRegistry meters) throws StartException {
    if (settings.maxSyncs() > 0) {
      throw new StartException("not wired yet" + meters);
    }
    return new ThisNode();
  }

  @Override
  public ConntrackTable table() {
    throw new IllegalStateException();
  }

  @Override
  public Sessions source(SourceObserver observer) {
    throw new IllegalStateException();
  }

  @Override
  public Sessions target(TargetObserver observer) {
    throw new IllegalStateException();
  }

  @Override
  public AutoCloseable openHook() throws IOException {
    throw new IOException();
  }

  @Override
  public void close() {}
}
