package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the entries that a peer sent go to Cilium, and what is refused before. Pure.
 *
 * @param flows by key; of two entries of one flow the later counts
 */
record ImportPlan(Map<RecordKey, CarriedFlow> flows, Map<RefusalReason, Integer> refused) {
  private static final int PROXIED = FlowBits.PROXY_REDIRECT | FlowBits.FROM_L7_BALANCER;

  static ImportPlan make(Collection<Entry> entries, Admission admission) {
    Map<RecordKey, CarriedFlow> flows = new LinkedHashMap<>();
    Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
    for (Entry entry : entries) {
      Optional<CarriedFlow> flow = CarriedFlowCodec.decode(entry);
      Optional<RefusalReason> refusal =
          flow.isEmpty() ? Optional.of(RefusalReason.MALFORMED) : refusal(flow.get(), admission);
      refusal.ifPresent(reason -> refused.merge(reason, 1, Integer::sum));
      if (refusal.isEmpty()) {
        flows.put(flow.orElseThrow().own().key(), flow.orElseThrow());
      }
    }
    return new ImportPlan(flows, refused);
  }

  /** Whose exports show what became of the entries. */
  Set<Inet4Address> owners() {
    return PresentRecords.owners(flows.values());
  }

  /** Without the flows that are there in any shape. */
  ImportPlan missingIn(PresentRecords present) {
    Map<RecordKey, CarriedFlow> missing = new LinkedHashMap<>(flows);
    missing.keySet().removeIf(present::lives);
    return new ImportPlan(missing, refused);
  }

  /** What is to be sent in one request. */
  List<ApiRecord> records(ClockUnit unit, PresentRecords present) {
    return present.request(flows.values(), unit, CarriedRecord::toRecord);
  }

  private static Optional<RefusalReason> refusal(CarriedFlow flow, Admission admission) {
    Optional<RefusalReason> foreign =
        refusal(flow.own().key(), admission)
            .or(() -> flow.service().flatMap(service -> refusal(service.key(), admission)));
    if (foreign.isPresent()) {
      return foreign;
    }
    if (FlowBits.anyOf(flow.own().bits(), PROXIED)) {
      return Optional.of(RefusalReason.UNSUPPORTED);
    }
    return flow.lacksService() ? Optional.of(RefusalReason.SERVICE_UNKNOWN) : Optional.empty();
  }

  /**
   * Beyond the ends: the entry must be the VM's, which is so when a flow between its owner and
   * itself would be admitted. The other end may have an entry of the same flow, which is not ours.
   */
  private static Optional<RefusalReason> refusal(RecordKey key, Admission admission) {
    return admission
        .refusal(key.ends())
        .or(() -> admission.refusal(new FlowEnds(key.owner(), key.owner())));
  }
}
