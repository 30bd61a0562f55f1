package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.LogKeys;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
  private final Map<String, Known<P>> known = new ConcurrentHashMap<>();

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
   * @param conditions those of this role that were made last
   * @param progress the latest; without one nothing is written
   */
  private record Known<P>(
      Optional<Long> generation,
      int restarts,
      Optional<ConntrackSyncStatus> earlier,
      List<Condition> conditions,
      Optional<P> progress) {
    Known {
      conditions = List.copyOf(conditions);
    }

    Optional<Condition> condition(String type) {
      return conditions.stream().filter(made -> type.equals(made.getType())).findFirst();
    }

    Known<P> with(Condition latest) {
      List<Condition> all =
          Stream.concat(
                  conditions.stream().filter(made -> !latest.getType().equals(made.getType())),
                  Stream.of(latest))
              // Equal conditions are equal lists, whichever came last.
              .sorted(Comparator.comparing(Condition::getType))
              .toList();
      return new Known<>(generation, restarts, earlier, all, progress);
    }

    Known<P> with(P latest) {
      return new Known<>(generation, restarts, earlier, conditions, Optional.of(latest));
    }
  }

  @Override
  public void noticed(ConntrackSync sync, Instruction instruction) {
    known.computeIfAbsent(sync.getMetadata().getUid(), uid -> firstSight(uid, sync, instruction));
  }

  private Known<P> firstSight(String uid, ConntrackSync sync, Instruction instruction) {
    Optional<Long> generation = Optional.ofNullable(sync.getMetadata().getGeneration());
    Optional<ConntrackSyncStatus> earlier =
        Optional.ofNullable(sync.getStatus())
            .filter(status -> part.writtenFor(status).filter(uid::equals).isPresent());
    if (earlier.isEmpty()) {
      return new Known<>(generation, 0, Optional.empty(), List.of(), Optional.empty());
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
    return new Known<>(generation, restarts, earlier, conditions(earlier.get()), Optional.empty());
  }

  private List<Condition> conditions(ConntrackSyncStatus status) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream()
        .filter(condition -> part.role().writes(condition.getType()))
        .toList();
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
        (uid, sync) ->
            submitted(
                order,
                sync.with(condition(sync, part.role().conditionType(), part.finding(progress)))
                    .with(progress)));
  }

  /**
   * Something was found out that the session does not know of: one more condition of this role. It
   * is written with the session's progress, so not before there is any.
   */
  public void found(SyncOrder order, String type, Finding finding) {
    if (!part.role().writes(type)) {
      throw new IllegalArgumentException(type + " is not written as " + part.role());
    }
    known.computeIfPresent(
        order.uid(), (uid, sync) -> submitted(order, sync.with(condition(sync, type, finding))));
  }

  private Condition condition(Known<P> sync, String type, Finding finding) {
    return factory.condition(type, finding, sync.generation(), sync.condition(type));
  }

  private Known<P> submitted(SyncOrder order, Known<P> sync) {
    sync.progress()
        .ifPresent(
            progress ->
                queue.submit(
                    SyncKey.of(order),
                    part.body(
                        order.uid(),
                        sync.restarts(),
                        progress,
                        sync.conditions(),
                        sync.earlier())));
    return sync;
  }
}
