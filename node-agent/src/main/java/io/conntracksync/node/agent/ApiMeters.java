package io.conntracksync.node.agent;

import io.conntracksync.node.kube.ApiTally;
import io.conntracksync.node.kube.Role;
import io.conntracksync.node.kube.WriteResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;

/** {@link ApiTally} as metrics. All are there from the start, at zero: an alert needs no guess. */
final class ApiMeters implements ApiTally {
  private final MeterRegistry meters;
  private final Counter interruptions;

  ApiMeters(MeterRegistry meters) {
    this.meters = meters;
    for (Role role : Role.values()) {
      Arrays.stream(SyncFault.values()).forEach(fault -> counter(role, fault));
      Arrays.stream(WriteResult.values()).forEach(result -> counter(role, result));
    }
    Arrays.stream(PresenceObject.values()).forEach(this::counter);
    this.interruptions =
        Counter.builder("conntracksync.node.watch.interruptions")
            .description("Times that the watch of what other nodes publish was tried again")
            .register(meters);
  }

  @Override
  public void count(Role role, SyncFault fault) {
    counter(role, fault).increment();
  }

  @Override
  public void count(Role role, WriteResult result) {
    counter(role, result).increment();
  }

  @Override
  public void count(PresenceObject failed) {
    counter(failed).increment();
  }

  @Override
  public void nodeWatchInterrupted() {
    interruptions.increment();
  }

  @Override
  public void underWay(Role role, IntSupplier syncs) {
    Gauge.builder("conntracksync.syncs.under.way", syncs::getAsInt)
        .description("Syncs of this node that are assigned and not concluded")
        .tag("role", lower(role))
        .register(meters);
  }

  private Counter counter(Role role, SyncFault fault) {
    return Counter.builder("conntracksync.sync.faults")
        .description("What was wrong with syncs and their watch")
        .tag("role", lower(role))
        .tag("fault", lower(fault))
        .register(meters);
  }

  private Counter counter(Role role, WriteResult result) {
    return Counter.builder("conntracksync.status.writes")
        .description("Writes of this agent's part of a status, by how they ended")
        .tag("role", lower(role))
        .tag("result", lower(result))
        .register(meters);
  }

  private Counter counter(PresenceObject object) {
    return Counter.builder("conntracksync.node.faults")
        .description("Times that this node's object or Lease could not be written")
        .tag("object", lower(object))
        .register(meters);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
