package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes records what they were before others were imported over them, by importing them over those;
 * one that would have run out is left without time, see {@link RecordExpiry}.
 */
final class RecordRestore {
  private static final Logger LOG = LoggerFactory.getLogger(RecordRestore.class);

  /** Between the looks, and between an import and its note. */
  private static final long LOOK_MILLIS = 2000;

  private final CiliumApi api;

  RecordRestore(CiliumApi api) {
    this.api = api;
  }

  /** A restoration with the time that has passed taken off. */
  private record Wanted(CarriedFlow former, Former.Fate fate, Optional<CarriedRecord> written) {}

  /** How many were changed or put back, as far as a look afterwards finds them. */
  int restore(Collection<Restoration> restorations) throws TableException {
    Map<RecordKey, Wanted> wanted = decode(restorations);
    if (wanted.isEmpty()) {
      return 0;
    }
    ClockUnit unit = api.clock();
    Set<Inet4Address> owners =
        PresentRecords.owners(wanted.values().stream().map(Wanted::former).toList());
    PresentRecords before = PresentRecords.of(api, owners);
    Map<RecordKey, CarriedRecord> present = new HashMap<>();
    before.living(unit).forEach(flow -> present.put(flow.own().key(), flow.own()));

    List<CarriedFlow> changed = new ArrayList<>();
    Set<RecordKey> ended = new HashSet<>();
    wanted.forEach(
        (key, one) -> {
          Optional<CarriedRecord> there = Optional.ofNullable(present.get(key));
          Optional<CarriedRecord> result = result(one, there, unit);
          if (result.isEmpty()) {
            there.ifPresent(record -> ended.add(key));
          } else if (!result.equals(there)) {
            changed.add(new CarriedFlow(result.get(), one.former().service()));
          }
        });
    return put(changed, before, owners, unit) + new RecordExpiry(api).expire(ended);
  }

  private int put(
      List<CarriedFlow> flows, PresentRecords before, Set<Inet4Address> owners, ClockUnit unit)
      throws TableException {
    if (flows.isEmpty()) {
      return 0;
    }
    api.importAll(before.request(flows, unit, CarriedRecord::restored));
    PresentRecords after = PresentRecords.of(api, owners);
    int kept = (int) flows.stream().filter(flow -> after.lives(flow.own().key())).count();
    if (kept < flows.size()) {
      LOG.atWarn()
          .addKeyValue("entries", flows.size() - kept)
          .log("former entries could not be put back");
    }
    return kept;
  }

  /** What the record is to be; empty when it is not to be. */
  private static Optional<CarriedRecord> result(
      Wanted wanted, Optional<CarriedRecord> present, ClockUnit unit) {
    CarriedRecord former = wanted.former().own();
    return switch (wanted.fate()) {
      // Gone: it has ended by itself. Or nobody knows what was done to it.
      case UPDATED ->
          present.isEmpty() || wanted.written().isEmpty()
              ? present
              : new RecordReversion(former, wanted.written().get(), present.get(), grain(unit))
                  .result();
      // There: packets have brought it back already.
      case REPLACED ->
          present.isPresent() || former.millisLeft() > 0
              ? present.or(() -> Optional.of(former))
              : Optional.empty();
    };
  }

  private static long grain(ClockUnit unit) {
    return LOOK_MILLIS + unit.toMillis(1);
  }

  private static Map<RecordKey, Wanted> decode(Collection<Restoration> restorations) {
    Map<RecordKey, Wanted> wanted = new LinkedHashMap<>();
    for (Restoration restoration : restorations) {
      decode(restoration)
          .ifPresentOrElse(
              flows -> wanted.put(flows.former().own().key(), flows),
              () -> LOG.warn("former entry cannot be read"));
    }
    return wanted;
  }

  /** Empty when one of the two is no entry of this table. */
  private static Optional<Wanted> decode(Restoration restoration) {
    Former former = restoration.former();
    Optional<CarriedFlow> was = CarriedFlowCodec.decode(former.entry());
    if (was.isEmpty()) {
      return Optional.empty();
    }
    CarriedRecord own = was.get().own();
    CarriedFlow aged = was.get().withMillis(left(own.millisLeft(), restoration.age()));
    if (restoration.written().isEmpty()) {
      return Optional.of(new Wanted(aged, former.fate(), Optional.empty()));
    }
    Entry over = restoration.written().get().entry();
    Duration age = restoration.written().get().age();
    return CarriedFlowCodec.decode(over)
        .map(CarriedFlow::own)
        .map(record -> record.withMillis(left(record.importedMillis(), age)))
        .map(written -> new Wanted(aged, former.fate(), Optional.of(written)));
  }

  private static long left(long millis, Duration age) {
    return Math.max(0, millis - Math.max(0, age.toMillis()));
  }
}
