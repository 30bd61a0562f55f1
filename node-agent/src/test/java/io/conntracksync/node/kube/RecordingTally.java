package io.conntracksync.node.kube;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Writes down what is counted. */
final class RecordingTally implements ApiTally {
  private final List<Enum<?>> counted = new CopyOnWriteArrayList<>();
  private final AtomicInteger interruptions = new AtomicInteger();

  @Override
  public void count(Role role, SyncFault fault) {
    counted.add(fault);
  }

  @Override
  public void count(Role role, WriteResult result) {
    counted.add(result);
  }

  @Override
  public void count(PresenceObject failed) {
    counted.add(failed);
  }

  @Override
  public void nodeWatchInterrupted() {
    interruptions.incrementAndGet();
  }

  @Override
  public void underWay(Role role, IntSupplier syncs) {
    // Asked by no test.
  }

  int interruptions() {
    return interruptions.get();
  }

  long of(Enum<?> what) {
    return counted.stream().filter(what::equals).count();
  }
}
