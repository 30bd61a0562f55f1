package io.conntracksync.node.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** Counts what the node's table meets. Safe for use by several threads. */
final class TableMeters {
  private TableMeters() {}

  /** What the table says of itself is read when metrics are. */
  static void register(MeterRegistry meters, LongSupplier overruns) {
    FunctionCounter.builder(
            "conntracksync.event.overruns", overruns, counted -> (double) counted.getAsLong())
        .description("Times that events of the kernel were lost and the table compared instead")
        .register(meters);
  }
}
