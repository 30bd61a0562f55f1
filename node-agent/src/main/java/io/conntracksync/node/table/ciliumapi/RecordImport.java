package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Hands entries to Cilium and looks afterwards what became of them: an import is answered with 200
 * whatever happened. So each takes two exports of each address, one to know what was there before.
 */
final class RecordImport {
  private final CiliumApi api;

  RecordImport(CiliumApi api) {
    this.api = api;
  }

  /** The sink is told of all that is there before any of it is imported over. */
  Applied apply(ImportPlan plan, FormerSink formers) throws TableException {
    if (plan.flows().isEmpty()) {
      return new Applied(Set.of(), Set.of(), plan.refused());
    }
    ClockUnit unit = api.clock();
    PresentRecords before = PresentRecords.of(api, plan.owners());
    for (CarriedFlow former : before.living(unit)) {
      if (plan.flows().containsKey(former.own().key())) {
        formers.accept(new Former(CarriedFlowCodec.encode(former), Former.Fate.UPDATED));
      }
    }
    return put(plan, before, unit);
  }

  /** Imports what of these is not there; which of them are now. */
  Set<EntryKey> add(ImportPlan plan) throws TableException {
    if (plan.flows().isEmpty()) {
      return Set.of();
    }
    ClockUnit unit = api.clock();
    PresentRecords before = PresentRecords.of(api, plan.owners());
    ImportPlan missing = plan.missingIn(before);
    return missing.flows().isEmpty() ? Set.of() : put(missing, before, unit).created();
  }

  private Applied put(ImportPlan plan, PresentRecords before, ClockUnit unit)
      throws TableException {
    api.importAll(plan.records(unit, before));
    PresentRecords after = PresentRecords.of(api, plan.owners());

    Set<EntryKey> created = new HashSet<>();
    Set<EntryKey> updated = new HashSet<>();
    Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
    refused.putAll(plan.refused());
    plan.flows()
        .forEach(
            (key, flow) -> {
              if (!after.contains(key)) {
                refused.merge(lost(flow), 1, Integer::sum);
              } else {
                (before.lives(key) ? updated : created).add(CarriedFlowCodec.encode(key));
              }
            });
    return new Applied(created, updated, refused);
  }

  /** Ids that Cilium cannot translate are the one thing that it drops on purpose. */
  private static RefusalReason lost(CarriedFlow flow) {
    return flow.own().revNat() != 0 ? RefusalReason.SERVICE_UNKNOWN : RefusalReason.NOT_KEPT;
  }
}
