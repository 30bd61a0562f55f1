package io.conntracksync.operator.ports;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The free ports of one node, in the order in which they are given: never used ones by number, then
 * the least recently freed. That order keeps away longest from a port whose last connections may
 * still linger. Immutable.
 */
final class PortPool {
  private final List<Integer> free;

  private PortPool(List<Integer> free) {
    this.free = free;
  }

  static PortPool of(Ports range, Collection<Tenancy> tenancies) {
    Set<Integer> taken = new HashSet<>();
    Map<Integer, Instant> freed = new HashMap<>();
    for (Tenancy tenancy : tenancies) {
      tenancy
          .freed()
          .ifPresentOrElse(
              time -> freed.merge(tenancy.port(), time, PortPool::later),
              () -> taken.add(tenancy.port()));
    }
    Comparator<Integer> order =
        Comparator.<Integer, Instant>comparing(port -> freed.getOrDefault(port, Instant.MIN))
            .thenComparing(Comparator.naturalOrder());
    return new PortPool(
        range.all().boxed().filter(port -> !taken.contains(port)).sorted(order).toList());
  }

  /** Free ports in the order in which they are given. */
  List<Integer> free() {
    return free;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
