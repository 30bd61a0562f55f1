package io.conntracksync.operator.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortAssignerTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Ports THREE = new Ports(100, 102);

  private final PortAssigner assigner = new PortAssigner(Clock.fixed(T0, ZoneOffset.UTC));

  @Test
  void neverUsedPortsComeFirstThenTheLeastRecentlyFreed() {
    List<Tenancy> past =
        List.of(
            Tenancy.over("x", 100, T0.minusSeconds(10)),
            Tenancy.over("y", 101, T0.minusSeconds(20)));

    assertThat(assigner.assign(request("a", THREE, past))).hasValue(102);
    assertThat(assigner.assign(request("b", THREE, past, "a"))).hasValue(101);
    assertThat(assigner.assign(request("c", THREE, past, "a", "b"))).hasValue(100);
  }

  @Test
  void whoAsksAgainBeforeItIsInTheCacheGetsTheSame() {
    assertThat(assigner.assign(request("a", THREE, List.of()))).hasValue(100);
    assertThat(assigner.assign(request("a", THREE, List.of()))).hasValue(100);
  }

  @Test
  void aRestartFindsThePortsInTheSyncs() {
    List<Tenancy> cached = List.of(Tenancy.current("x", 100), Tenancy.current("y", 101));

    assertThat(assigner.assign(request("a", THREE, cached))).hasValue(102);
  }

  @Test
  void nothingIsLeftWhenAllAreInUse() {
    List<Tenancy> cached = List.of(Tenancy.current("x", 100));

    assertThat(assigner.assign(request("a", new Ports(100, 100), cached))).isEmpty();
  }

  @Test
  void theLastPortIsKeptForTheOldestWhoWaits() {
    List<Tenancy> cached = List.of(Tenancy.current("x", 100), Tenancy.current("y", 101));
    Waiter old = new Waiter(T0.minusSeconds(60), "old");
    Waiter young = new Waiter(T0, "young");

    OptionalInt first = assigner.assign(request(young, THREE, cached, List.of(old, young)));
    OptionalInt second = assigner.assign(request(old, THREE, cached, List.of(old, young)));

    assertThat(first).isEmpty();
    assertThat(second).hasValue(102);
  }

  @Test
  void aPortThatTheTargetCannotBindIsReplacedAndGoesToTheEndOfTheQueue() {
    List<Tenancy> cached = List.of(Tenancy.current("a", 100));

    OptionalInt other =
        assigner.assign(
            new PortRequest(
                "n", new Waiter(T0, "a"), THREE, cached, List.of(), OptionalInt.of(100)));
    OptionalInt next =
        assigner.assign(request("b", THREE, List.of(Tenancy.current("a", other.getAsInt())), "b"));

    assertThat(other).hasValue(101);
    assertThat(next).hasValue(102);
  }

  @Test
  void withOneRefusedPortThereIsNone() {
    OptionalInt other =
        assigner.assign(
            new PortRequest(
                "n",
                new Waiter(T0, "a"),
                new Ports(100, 100),
                List.of(Tenancy.current("a", 100)),
                List.of(),
                OptionalInt.of(100)));

    assertThat(other).isEmpty();
  }

  @Test
  void aReleasedPortIsFreeAtOnce() {
    Ports one = new Ports(100, 100);
    assertThat(assigner.assign(request("a", one, List.of()))).hasValue(100);

    assigner.release("a");

    assertThat(assigner.assign(request("b", one, List.of()))).hasValue(100);
  }

  @Test
  void aSyncThatVanishedBeforeItWasCachedFreesItsPort() {
    Ports one = new Ports(100, 100);
    assertThat(assigner.assign(request("a", one, List.of()))).hasValue(100);

    // "a" neither has a port nor waits any more
    assertThat(assigner.assign(request("b", one, List.of(), "b"))).hasValue(100);
  }

  @Test
  void nodesHavePortsOfTheirOwn() {
    assertThat(assigner.assign(request("a", THREE, List.of()))).hasValue(100);

    assertThat(
            assigner.assign(
                new PortRequest(
                    "other",
                    new Waiter(T0, "b"),
                    THREE,
                    List.of(),
                    List.of(),
                    OptionalInt.empty())))
        .hasValue(100);
  }

  /** Syncs come and go, the cache lags behind by any number of steps: no port is held by two. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noPortIsGivenTwice(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Ports range = new Ports(1, 1 + random.nextInt(8));
    Map<String, Integer> held = new HashMap<>(); // the truth
    Map<String, Tenancy> cache = new HashMap<>(); // what was seen of it
    Map<String, Waiter> waiting = new HashMap<>();
    for (int step = 0; step < 400; step++) {
      Instant now = T0.plusSeconds(step);
      switch (random.nextInt(4)) {
        case 0 -> waiting.put("s" + step, new Waiter(now, "s" + step));
        case 1 -> {
          for (Waiter waiter : List.copyOf(waiting.values())) {
            serve(waiter, range, held, cache, waiting, seed);
          }
        }
        case 2 -> held.forEach((uid, port) -> cache.put(uid, Tenancy.current(uid, port)));
        default ->
            held.keySet().stream()
                .filter(cache::containsKey)
                .findFirst()
                .ifPresent(
                    uid -> {
                      cache.put(uid, Tenancy.over(uid, held.remove(uid), now));
                      assigner.release(uid);
                    });
      }
    }
  }

  private void serve(
      Waiter waiter,
      Ports range,
      Map<String, Integer> held,
      Map<String, Tenancy> cache,
      Map<String, Waiter> waiting,
      long seed) {
    // The cache shows as waiting whoever has no tenancy in it yet.
    List<Waiter> others = new ArrayList<>(waiting.values());
    held.keySet().stream()
        .filter(uid -> !cache.containsKey(uid))
        .forEach(uid -> others.add(new Waiter(T0, uid)));
    OptionalInt port = assigner.assign(request(waiter, range, List.copyOf(cache.values()), others));
    port.ifPresent(
        given -> {
          assertThat(held.values()).as("seed %d", seed).doesNotContain(given);
          assertThat(given).as("seed %d", seed).isBetween(range.first(), range.last());
          held.put(waiter.uid(), given);
          waiting.remove(waiter.uid());
        });
    if (port.isEmpty()) {
      boolean oldest = waiting.values().stream().allMatch(w -> w.compareTo(waiter) >= 0);
      assertThat(!oldest || held.size() == range.count()).as("seed %d", seed).isTrue();
    }
  }

  private static PortRequest request(
      String uid, Ports range, List<Tenancy> tenancies, String... waiting) {
    return request(
        new Waiter(T0, uid),
        range,
        tenancies,
        List.of(waiting).stream().map(other -> new Waiter(T0, other)).toList());
  }

  private static PortRequest request(
      Waiter asking, Ports range, List<Tenancy> tenancies, List<Waiter> others) {
    return new PortRequest("n", asking, range, tenancies, others, OptionalInt.empty());
  }
}
