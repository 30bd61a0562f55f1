package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.SocketFault;
import io.conntracksync.node.journal.JournalFault;
import io.conntracksync.node.pod.HookInstallation;
import io.conntracksync.node.transfer.TransferFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what peers, hooks and gates do wrong, by kind. Safe for use by several threads. */
final class FaultMeters {
  private final Map<TransferFault, Counter> transfers = new EnumMap<>(TransferFault.class);
  private final Map<SocketFault, Counter> hooks = new EnumMap<>(SocketFault.class);
  private final Map<HookInstallation, Counter> installations =
      new EnumMap<>(HookInstallation.class);
  private final Map<SocketFault, Counter> gates = new EnumMap<>(SocketFault.class);

  private final Map<JournalFault, Counter> journals = new EnumMap<>(JournalFault.class);

  FaultMeters(MeterRegistry meters) {
    for (JournalFault fault : JournalFault.values()) {
      journals.put(
          fault,
          counter(
              meters,
              "conntracksync.journal.faults",
              "Journals of target sessions that could not be read or written, by what was wrong",
              fault));
    }
    for (TransferFault fault : TransferFault.values()) {
      transfers.put(
          fault,
          counter(
              meters,
              "conntracksync.transfer.faults",
              "Connections between agents that were refused or broke, by what was wrong",
              fault));
    }
    for (HookInstallation result : HookInstallation.values()) {
      installations.put(
          result,
          Counter.builder("conntracksync.launcher.hooks")
              .description("Launcher pods that were to have a hook, by what became of it")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
    for (SocketFault fault : SocketFault.values()) {
      hooks.put(
          fault,
          counter(
              meters,
              "conntracksync.hook.faults",
              "Connections to the hook socket that got no answer, by what was wrong",
              fault));
      gates.put(
          fault,
          counter(
              meters,
              "conntracksync.gate.faults",
              "Connections to a gate's socket that got no answer, by what was wrong",
              fault));
    }
  }

  void count(HookInstallation result) {
    Objects.requireNonNull(installations.get(result)).increment();
  }

  void count(TransferFault fault) {
    Objects.requireNonNull(transfers.get(fault)).increment();
  }

  void countOfJournal(JournalFault fault) {
    Objects.requireNonNull(journals.get(fault)).increment();
  }

  void countOfHook(SocketFault fault) {
    Objects.requireNonNull(hooks.get(fault)).increment();
  }

  void countOfGate(SocketFault fault) {
    Objects.requireNonNull(gates.get(fault)).increment();
  }

  private static Counter counter(
      MeterRegistry meters, String name, String description, Enum<?> fault) {
    return Counter.builder(name)
        .description(description)
        .tag("fault", fault.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
