package io.conntracksync.operator.sync;

import io.conntracksync.operator.ports.PortAssigner;
import io.conntracksync.operator.ports.PortRequest;
import io.conntracksync.operator.ports.Tenancy;
import io.conntracksync.operator.ports.Waiter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the assigner in the syncs' terms. */
final class PortDesk {
  private final PortAssigner assigner;

  PortDesk(PortAssigner assigner) {
    this.assigner = assigner;
  }

  /** Where the sync stands with the port that it gets, or without one. */
  Standing serve(SyncView sync, Judgement.WantsPort wish, List<SyncView> sameTarget) {
    PortRequest request =
        new PortRequest(
            sync.targetNode(),
            waiter(sync),
            wish.range(),
            sameTarget.stream().flatMap(PortDesk::tenancy).toList(),
            sameTarget.stream().filter(PortDesk::isWaiting).map(PortDesk::waiter).toList(),
            wish.refused());
    var port = assigner.assign(request);
    if (port.isPresent()) {
      return SyncJudge.assigned(sync.targetNode(), new Place(wish.address(), port.getAsInt()));
    }
    return SyncJudge.exhausted(sync.targetNode(), wish.range());
  }

  void release(String uid) {
    assigner.release(uid);
  }

  static boolean isWaiting(SyncView sync) {
    return sync.place().isEmpty() && !sync.isEnded();
  }

  private static Stream<Tenancy> tenancy(SyncView sync) {
    Optional<Tenancy> tenancy =
        sync.place()
            .map(
                place ->
                    sync.isEnded()
                        ? Tenancy.over(
                            sync.uid(), place.port(), sync.concluded().orElse(sync.created()))
                        : Tenancy.current(sync.uid(), place.port()));
    return tenancy.stream();
  }

  private static Waiter waiter(SyncView sync) {
    return new Waiter(sync.created(), sync.uid());
  }
}
