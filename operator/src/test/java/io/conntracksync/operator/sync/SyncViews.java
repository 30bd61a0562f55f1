package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.MigrationReference;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.agents.Agent;
import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.kubevirt.MigrationSight;
import io.conntracksync.operator.ports.Ports;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A sync and what is seen around it, changed by its verbs. */
final class SyncViews {
  static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
  static final Place PLACE = new Place("192.0.2.2", 28152);

  private Optional<MigrationReference> migration =
      Optional.of(new MigrationReference("move", "m-1"));
  private List<String> addresses = List.of("10.0.0.1");
  private Duration ttl = Duration.ofHours(1);
  private Optional<Phase> phase = Optional.empty();
  private Optional<Place> place = Optional.empty();
  private Optional<Instant> concluded = Optional.empty();
  private Progress progress = Progress.NONE;
  private Optional<CleanupOutcome> cleanup = Optional.empty();
  private Optional<MigrationSight> sight = Optional.of(new MigrationSight.Running());
  private AgentSight source = ready("n1");
  private AgentSight target = ready("n2");
  private Instant now = CREATED.plusSeconds(1);

  static SyncViews fresh() {
    return new SyncViews();
  }

  static SyncViews assigned(Progress progress) {
    SyncViews views = new SyncViews();
    views.phase = Optional.of(Phase.ASSIGNED);
    views.place = Optional.of(PLACE);
    views.progress = progress;
    return views;
  }

  static SyncViews ended(Phase phase) {
    SyncViews views = assigned(Progress.IMPORTED);
    views.phase = Optional.of(phase);
    views.concluded = Optional.of(CREATED.plusSeconds(60));
    views.now = CREATED.plusSeconds(61);
    return views;
  }

  static AgentSight ready(String node) {
    return agent(node, Backend.NETFILTER, "1", new Ports(28152, 28251));
  }

  static AgentSight agent(String node, Backend backend, String layout, Ports ports) {
    return new AgentSight.Ready(
        new Agent(
            node,
            backend,
            layout,
            Optional.of("sha256:00"),
            Optional.of("192.0.2.2"),
            Optional.ofNullable(ports)));
  }

  /** As one of before there were keys. */
  static AgentSight agentWithoutKey(String node, Ports ports) {
    return new AgentSight.Ready(
        new Agent(
            node,
            Backend.NETFILTER,
            "1",
            Optional.empty(),
            Optional.of("192.0.2.2"),
            Optional.of(ports)));
  }

  SyncViews phase(Phase other) {
    phase = Optional.of(other);
    return this;
  }

  SyncViews byHand() {
    migration = Optional.empty();
    sight = Optional.empty();
    return this;
  }

  SyncViews unassigned() {
    place = Optional.empty();
    return this;
  }

  SyncViews cleanedUp(CleanupOutcome outcome) {
    cleanup = Optional.of(outcome);
    return this;
  }

  SyncViews addresses(String... others) {
    addresses = List.of(others);
    return this;
  }

  SyncViews ttl(Duration other) {
    ttl = other;
    return this;
  }

  SyncViews migration(MigrationSight other) {
    sight = Optional.of(other);
    return this;
  }

  SyncViews source(AgentSight other) {
    source = other;
    return this;
  }

  SyncViews target(AgentSight other) {
    target = other;
    return this;
  }

  SyncViews after(Duration sinceCreation) {
    now = CREATED.plus(sinceCreation);
    return this;
  }

  Observation seen() {
    return new Observation(view(), sight, source, target, now);
  }

  SyncView view() {
    return new SyncView(
        "ns",
        "move",
        "s-1",
        CREATED,
        "vm",
        migration,
        "n1",
        "n2",
        addresses,
        Duration.ofMinutes(30),
        ttl,
        phase,
        place,
        concluded,
        progress,
        cleanup);
  }
}
