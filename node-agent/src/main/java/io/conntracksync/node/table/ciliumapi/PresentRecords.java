package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** What of some VMs a look found in the table. */
final class PresentRecords {
  private final Map<RecordKey, ApiRecord> records;

  PresentRecords(Collection<ApiRecord> exported) {
    Map<RecordKey, ApiRecord> byKey = new LinkedHashMap<>();
    exported.forEach(record -> byKey.put(record.key(), record));
    this.records = byKey;
  }

  static PresentRecords of(CiliumApi api, Collection<Inet4Address> owners) throws TableException {
    List<ApiRecord> exported = new ArrayList<>();
    for (Inet4Address owner : owners) {
      exported.addAll(api.export(owner));
    }
    return new PresentRecords(exported);
  }

  /** Of which VMs these flows and the services beside them are. */
  static Set<Inet4Address> owners(Collection<CarriedFlow> flows) {
    Set<Inet4Address> owners = new HashSet<>();
    for (CarriedFlow flow : flows) {
      owners.add(flow.own().key().owner());
      flow.service().ifPresent(service -> owners.add(service.key().owner()));
    }
    return owners;
  }

  boolean contains(RecordKey key) {
    return records.containsKey(key);
  }

  /** Within the unit in which it expired, an entry is still exported, and as good as gone. */
  boolean lives(RecordKey key) {
    return living(key).isPresent();
  }

  /** What could be given back if it were imported over. */
  List<CarriedFlow> living(ClockUnit unit) {
    List<ApiRecord> living = records.values().stream().filter(r -> lives(r.key())).toList();
    return CarriedFlow.here(living, unit);
  }

  /** All that must stand in one request for these flows to be taken. */
  List<ApiRecord> request(
      Collection<CarriedFlow> flows,
      ClockUnit unit,
      BiFunction<CarriedRecord, ClockUnit, ApiRecord> written) {
    Map<RecordKey, ApiRecord> request = new LinkedHashMap<>();
    for (CarriedFlow flow : flows) {
      flow.service().ifPresent(service -> request.put(service.key(), explaining(service, unit)));
    }
    flows.forEach(flow -> request.put(flow.own().key(), written.apply(flow.own(), unit)));
    return List.copyOf(request.values());
  }

  /**
   * A service that is there for its id alone must leave no trace, for nobody would undo it: one
   * that is there stays as it is, another gets no time.
   */
  private ApiRecord explaining(CarriedRecord service, ClockUnit unit) {
    return living(service.key())
        .map(present -> present.withRevNat(service.revNat()))
        .orElseGet(() -> service.toRecord(unit).expired());
  }

  private Optional<ApiRecord> living(RecordKey key) {
    return Optional.ofNullable(records.get(key)).filter(record -> record.unitsLeft() != 0);
  }
}
