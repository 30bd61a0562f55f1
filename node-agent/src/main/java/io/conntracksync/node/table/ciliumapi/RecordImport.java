package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
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

  Applied apply(ImportPlan plan) throws TableException {
    if (plan.flows().isEmpty()) {
      return new Applied(Set.of(), Set.of(), plan.refused());
    }
    ClockUnit unit = api.clock();
    Map<RecordKey, ApiRecord> before = export(plan.owners());
    api.importAll(plan.records(unit));
    Map<RecordKey, ApiRecord> after = export(plan.owners());

    Set<EntryKey> created = new HashSet<>();
    Set<EntryKey> updated = new HashSet<>();
    Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
    refused.putAll(plan.refused());
    plan.flows()
        .forEach(
            (key, flow) -> {
              if (!after.containsKey(key)) {
                refused.merge(lost(flow), 1, Integer::sum);
              } else {
                (before.containsKey(key) ? updated : created).add(CarriedFlowCodec.encode(key));
              }
            });
    return new Applied(created, updated, refused);
  }

  private Map<RecordKey, ApiRecord> export(Collection<Inet4Address> owners) throws TableException {
    Map<RecordKey, ApiRecord> found = new HashMap<>();
    for (Inet4Address owner : owners) {
      api.export(owner).forEach(record -> found.put(record.key(), record));
    }
    return found;
  }

  /** Ids that Cilium cannot translate are the one thing that it drops on purpose. */
  private static RefusalReason lost(CarriedFlow flow) {
    return flow.own().revNat() != 0 ? RefusalReason.SERVICE_UNKNOWN : RefusalReason.NOT_KEPT;
  }
}
