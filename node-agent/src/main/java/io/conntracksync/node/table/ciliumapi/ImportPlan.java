package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    return flows.keySet().stream().map(RecordKey::owner).collect(Collectors.toUnmodifiableSet());
  }

  /** What is to be sent in one request: services that are there for their ids alone come first. */
  List<ApiRecord> records(ClockUnit unit) {
    Map<RecordKey, CarriedRecord> records = new LinkedHashMap<>();
    for (CarriedFlow flow : flows.values()) {
      flow.service().ifPresent(service -> records.put(service.key(), service));
    }
    flows.forEach((key, flow) -> records.put(key, flow.own()));
    List<ApiRecord> request = new ArrayList<>(records.size());
    records.values().forEach(record -> request.add(record.toRecord(unit)));
    return request;
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
