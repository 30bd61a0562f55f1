package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Outcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.ports.Ports;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides where a sync stands. Pure. The order is the rule: an end of the migration counts more
 * than the sync's timeout, that more than the agents' progress.
 */
final class SyncJudge {
  private SyncJudge() {}

  static Judgement judge(Observation seen) {
    SyncView sync = seen.sync();
    if (sync.isEnded()) {
      return new Judgement.Ended();
    }
    return Conclusions.ofMigration(seen)
        .or(() -> byHand(sync))
        .or(() -> expired(seen))
        .<Judgement>map(Judgement.Stands::new)
        .orElseGet(() -> goingOn(seen));
  }

  // Without a migration to look at, the target's agent is the one who knows: it sees the VM run.
  private static Optional<Standing> byHand(SyncView sync) {
    if (sync.migration().isPresent()) {
      return Optional.empty();
    }
    return sync.cleanup()
        .flatMap(
            outcome ->
                Optional.ofNullable(
                    switch (outcome) {
                      case KEPT -> kept(sync);
                      case REMOVED -> removed(sync);
                      case UNRECOGNISED -> null;
                    }));
  }

  private static Standing kept(SyncView sync) {
    return Standing.concluded(
        Outcome.COMPLETED,
        Reason.ENTRIES_KEPT,
        "the agent of node "
            + sync.targetNode()
            + " says that the virtual machine runs there; its entries are kept",
        sync.place());
  }

  private static Standing removed(SyncView sync) {
    return Standing.concluded(
        Outcome.FAILED,
        Reason.ENTRIES_REMOVED,
        "the agent of node "
            + sync.targetNode()
            + " says that the virtual machine did not come; the entries were removed again",
        sync.place());
  }

  private static Optional<Standing> expired(Observation seen) {
    SyncView sync = seen.sync();
    if (seen.now().isBefore(sync.expiry())) {
      return Optional.empty();
    }
    return Optional.of(
        Standing.expired(
            "no end of the migration was seen within the timeout of "
                + sync.timeout().toSeconds()
                + "s: raise spec.timeout if migrations take that long, else look at the migration"
                + " and at the agents of nodes "
                + sync.sourceNode()
                + " and "
                + sync.targetNode(),
            sync.place()));
  }

  private static Judgement goingOn(Observation seen) {
    SyncView sync = seen.sync();
    if (sync.place().isEmpty()) {
      return SkipChecks.check(seen)
          .<Judgement>map(Judgement.Stands::new)
          .orElseGet(() -> wantsPort(seen.target(), OptionalInt.empty()).orElseThrow());
    }
    Place place = sync.place().get();
    return switch (sync.progress()) {
      case PORT_IN_USE ->
          wantsPort(seen.target(), OptionalInt.of(place.port()))
              .orElseGet(() -> new Judgement.Stands(assigned(sync.targetNode(), place)));
      case NONE -> new Judgement.Stands(assigned(sync.targetNode(), place));
      case FLOWING ->
          new Judgement.Stands(
              Standing.underWay(
                  Phase.SYNCING,
                  Reason.ENTRIES_FLOWING,
                  "node " + sync.sourceNode() + " sends entries to node " + sync.targetNode(),
                  place));
      case IMPORTED ->
          new Judgement.Stands(
              Standing.underWay(
                  Phase.IMPORTED,
                  Reason.ENTRIES_IMPORTED,
                  "node "
                      + sync.targetNode()
                      + " has the entries; changes follow until the migration ends",
                  place));
    };
  }

  static Standing assigned(String node, Place place) {
    return Standing.underWay(
        Phase.ASSIGNED,
        Reason.PORT_ASSIGNED,
        "node " + node + " receives on port " + place.port() + "; nothing was sent yet",
        place);
  }

  static Standing exhausted(String node, Ports range) {
    return Standing.pending(
        Reason.PORTS_EXHAUSTED,
        "the ports "
            + range
            + " of node "
            + node
            + " are in use by or promised to "
            + range.count()
            + " syncs; one is assigned as soon as it is free. Give that agent a larger --ports if this is usual");
  }

  // An agent that is away now cannot listen on another port either; it is asked when it is back.
  private static Optional<Judgement> wantsPort(AgentSight target, OptionalInt refused) {
    return target instanceof AgentSight.Ready ready
        ? ready
            .agent()
            .ports()
            .flatMap(
                range ->
                    ready
                        .agent()
                        .address()
                        .map(address -> new Judgement.WantsPort(address, range, refused)))
        : Optional.empty();
  }
}
