package io.conntracksync.operator.ports;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Gives out ports. The truth is in the syncs, so a restart forgets nothing; what is remembered here
 * is only what the cache cannot know yet: ports given a moment ago, and ports that a target could
 * not bind. Safe for use by several threads.
 */
public final class PortAssigner {
  private record Given(String node, int port) {}

  private record Place(String node, int port) {}

  private final Clock clock;
  private final Map<String, Given> given = new HashMap<>();
  private final Map<Place, Instant> refused = new HashMap<>();

  public PortAssigner(Clock clock) {
    this.clock = clock;
  }

  /**
   * A port for the asking sync, the same one when it asks again before its assignment is in the
   * cache. Empty when there is none, or when those that are free belong to older syncs that wait.
   */
  public synchronized OptionalInt assign(PortRequest request) {
    String uid = request.asking().uid();
    request.refused().ifPresent(port -> refuse(request, port));
    forgetWhatTheCacheKnows(request);
    Given mine = given.get(uid);
    if (mine != null && mine.node().equals(request.node())) {
      return OptionalInt.of(mine.port());
    }
    List<Integer> free = PortPool.of(request.range(), merged(request)).free();
    int before = olderWaiters(request);
    if (before >= free.size()) {
      return OptionalInt.empty();
    }
    // The older ones will take what stands first in the order; taking it now harms nobody, there
    // are enough for all of them.
    int port = free.get(0);
    given.put(uid, new Given(request.node(), port));
    return OptionalInt.of(port);
  }

  /** The sync ended, is gone, or its assignment could not be written. */
  public synchronized void release(String uid) {
    given.remove(uid);
  }

  private void refuse(PortRequest request, int port) {
    refused.put(new Place(request.node(), port), clock.instant());
    given.remove(request.asking().uid(), new Given(request.node(), port));
  }

  private void forgetWhatTheCacheKnows(PortRequest request) {
    Map<String, Tenancy> cached =
        request.tenancies().stream()
            .collect(Collectors.toMap(Tenancy::holder, tenancy -> tenancy, (one, other) -> other));
    Set<String> waiting =
        request.others().stream().map(Waiter::uid).collect(Collectors.toCollection(TreeSet::new));
    waiting.add(request.asking().uid());
    given
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().node().equals(request.node())
                    && isKnown(entry.getKey(), entry.getValue(), cached, waiting));
  }

  private static boolean isKnown(
      String uid, Given given, Map<String, Tenancy> cached, Set<String> waiting) {
    Tenancy tenancy = cached.get(uid);
    if (tenancy == null) {
      return !waiting.contains(uid); // neither has a port nor waits: it is gone
    }
    return tenancy.port() == given.port() || tenancy.freed().isPresent();
  }

  private List<Tenancy> merged(PortRequest request) {
    List<Tenancy> merged = new ArrayList<>();
    for (Tenancy tenancy : request.tenancies()) {
      // Its own refused port is not its port any more.
      if (!tenancy.holder().equals(request.asking().uid()) || tenancy.freed().isPresent()) {
        merged.add(tenancy);
      }
    }
    given.forEach(
        (uid, port) -> {
          if (port.node().equals(request.node())) {
            merged.add(Tenancy.current(uid, port.port()));
          }
        });
    refused.forEach(
        (place, time) -> {
          if (place.node().equals(request.node())) {
            merged.add(Tenancy.over("", place.port(), time));
          }
        });
    request.refused().ifPresent(port -> merged.add(Tenancy.current(request.asking().uid(), port)));
    return merged;
  }

  private int olderWaiters(PortRequest request) {
    return (int)
        request.others().stream()
            .filter(other -> !other.uid().equals(request.asking().uid()))
            .filter(other -> !given.containsKey(other.uid()))
            .filter(other -> other.compareTo(request.asking()) < 0)
            .count();
  }
}
