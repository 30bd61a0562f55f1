package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.node.session.LogKeys;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the progress of one role's sessions into its part of the status and leaves the writing to a
 * queue. Returns at once; may be called from any thread.
 *
 * @param <P> the progress; {@code reporter::progressed} is the role's observer
 */
public final class StatusReporter<P> implements SyncLedger {
  private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);

  private final StatusPart<P> part;
  private final StatusFactory factory;
  private final StatusQueue queue;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  StatusReporter(StatusPart<P> part, StatusFactory factory, StatusQueue queue) {
    this.part = part;
    this.factory = factory;
    this.queue = queue;
  }

  public static StatusReporter<SourceProgress> ofSource(StatusFactory factory, StatusQueue queue) {
    return new StatusReporter<>(new SourcePart(), factory, queue);
  }

  public static StatusReporter<TargetProgress> ofTarget(StatusFactory factory, StatusQueue queue) {
    return new StatusReporter<>(new TargetPart(), factory, queue);
  }

  Role role() {
    return part.role();
  }

  /**
   * What is known of a sync.
   *
   * @param generation generation that the conditions speak of
   * @param restarts how often the agent started again while the sync was under way
   * @param earlier the status when first seen, if an earlier process wrote this role's part
   * @param condition the condition made last
   */
  private record Known(
      Optional<Long> generation,
      int restarts,
      Optional<ConntrackSyncStatus> earlier,
      Optional<Condition> condition) {
    Known with(Condition latest) {
      return new Known(generation, restarts, earlier, Optional.of(latest));
    }
  }

  @Override
  public void noticed(ConntrackSync sync, Instruction instruction) {
    known.computeIfAbsent(sync.getMetadata().getUid(), uid -> firstSight(uid, sync, instruction));
  }

  private Known firstSight(String uid, ConntrackSync sync, Instruction instruction) {
    Optional<Long> generation = Optional.ofNullable(sync.getMetadata().getGeneration());
    Optional<ConntrackSyncStatus> earlier =
        Optional.ofNullable(sync.getStatus())
            .filter(status -> part.writtenFor(status).filter(uid::equals).isPresent());
    if (earlier.isEmpty()) {
      return new Known(generation, 0, Optional.empty(), Optional.empty());
    }
    int restarts = part.restarts(earlier.get());
    if (instruction instanceof Instruction.Start) {
      // An earlier process of this agent wrote of a sync that is still under way.
      restarts++;
      LOG.atInfo()
          .addKeyValue(LogKeys.ROLE, part.role().label())
          .addKeyValue(KubeLogKeys.RESTARTS, restarts)
          .log("sync resumed after a restart of the agent");
    }
    return new Known(generation, restarts, earlier, condition(earlier.get()));
  }

  private Optional<Condition> condition(ConntrackSyncStatus status) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream()
        .filter(condition -> part.role().conditionType().equals(condition.getType()))
        .findFirst();
  }

  @Override
  public void gone(String uid) {
    known.remove(uid);
    queue.forget(uid);
  }

  /** The session got on; a sync whose object is gone has nowhere to write to. */
  public void progressed(SyncOrder order, P progress) {
    // Under the map's lock for this uid: the queue must see the states in the order of the calls.
    known.computeIfPresent(
        order.uid(),
        (uid, sync) -> {
          Condition condition =
              factory.condition(
                  part.role().conditionType(),
                  part.finding(progress),
                  sync.generation(),
                  sync.condition());
          queue.submit(
              SyncKey.of(order),
              part.body(uid, sync.restarts(), progress, condition, sync.earlier()));
          return sync.with(condition);
        });
  }
}
