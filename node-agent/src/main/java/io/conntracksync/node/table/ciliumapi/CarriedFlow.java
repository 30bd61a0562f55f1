package io.conntracksync.node.table.ciliumapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A record and, where its service id must be translated, the record of that service: Cilium
 * translates ids only by the services in the same request, and no entry may count on another to
 * travel with it. Pure.
 *
 * @param service of the same id and map; empty where the id cannot be translated, or need not be
 */
record CarriedFlow(CarriedRecord own, Optional<CarriedRecord> service) {
  /** What of these records, all of one VM, is to be carried. */
  static List<CarriedFlow> of(List<ApiRecord> exported, ClockUnit unit) {
    List<CarriedRecord> carried = new ArrayList<>();
    for (ApiRecord record : exported) {
      CarriedRecord.of(record, unit).ifPresent(carried::add);
    }
    return explained(carried);
  }

  /** The same of everything, whole, to be given back to the same node. */
  static List<CarriedFlow> here(List<ApiRecord> exported, ClockUnit unit) {
    return explained(exported.stream().map(record -> CarriedRecord.here(record, unit)).toList());
  }

  CarriedFlow withMillis(long millis) {
    return new CarriedFlow(own.withMillis(millis), service);
  }

  private static List<CarriedFlow> explained(List<CarriedRecord> records) {
    List<CarriedRecord> services = records.stream().filter(r -> r.key().isService()).toList();
    return records.stream().map(own -> new CarriedFlow(own, explaining(own, services))).toList();
  }

  boolean lacksService() {
    return own.needsService() && service.isEmpty();
  }

  /** The connection's own service if it is there; one of another connection says the same. */
  private static Optional<CarriedRecord> explaining(
      CarriedRecord own, List<CarriedRecord> services) {
    if (!own.needsService()) {
      return Optional.empty();
    }
    return services.stream()
        .filter(service -> service.explains(own))
        .min(Comparator.comparing(service -> service.key().dport() == own.key().sport() ? 0 : 1));
  }
}
