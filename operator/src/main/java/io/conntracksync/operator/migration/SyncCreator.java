package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.events.EventSink;
import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.events.Subject;
import io.conntracksync.operator.kubevirt.KubeVirtObjects;
import io.conntracksync.operator.kubevirt.LauncherPods;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.conntracksync.operator.migration.SyncStore.Creation;
import io.conntracksync.operator.settings.SyncDefaults;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out plans. A plan that did not change since it was carried out is left alone, so the many
 * events of a migration cost one creation. Used by one thread at a time.
 */
public final class SyncCreator {
  /** Whether the migration needs another look although nothing changes. */
  public enum Next {
    DONE,
    AGAIN
  }

  private static final Logger LOG = LoggerFactory.getLogger(SyncCreator.class);

  private record Key(String namespace, String name) {}

  private final Supplier<Optional<KubeVirtObjects>> kubevirt;
  private final SyncPlanner planner;
  private final LauncherPods pods;
  private final SyncStore store;
  private final EventSink events;
  private final OperatorMetrics metrics;
  private final Map<Key, Plan> carriedOut = new HashMap<>();

  public SyncCreator(
      Supplier<Optional<KubeVirtObjects>> kubevirt,
      SyncDefaults defaults,
      LauncherPods pods,
      SyncStore store,
      EventSink events,
      OperatorMetrics metrics) {
    this.kubevirt = kubevirt;
    this.planner = new SyncPlanner(defaults);
    this.pods = pods;
    this.store = store;
    this.events = events;
    this.metrics = metrics;
  }

  /** Does what this migration needs now. */
  public Next attend(String namespace, String migrationName) {
    Key key = new Key(namespace, migrationName);
    Optional<KubeVirtObjects> objects = kubevirt.get();
    Optional<VirtualMachineInstanceMigration> migration =
        objects.flatMap(o -> o.migration(namespace, migrationName));
    if (migration.isEmpty()) {
      carriedOut.remove(key);
      return Next.DONE;
    }
    Plan plan =
        planner.plan(
            migration.get(),
            Optional.ofNullable(migration.get().getSpec())
                .filter(spec -> spec.vmiName() != null)
                .flatMap(spec -> objects.get().instance(namespace, spec.vmiName())));
    if (plan.equals(carriedOut.get(key))) {
      return Next.DONE;
    }
    Next next = carryOut(plan, migration.get());
    if (next == Next.DONE) {
      carriedOut.put(key, plan);
    }
    return next;
  }

  private Next carryOut(Plan plan, VirtualMachineInstanceMigration migration) {
    // The sync first: it is what the migration will not wait for.
    Next next = plan instanceof Plan.Create create ? create(create, migration) : Next.DONE;
    plan.sayings().forEach(saying -> say(saying.subject(), saying.notice()));
    return next;
  }

  private Next create(Plan.Create create, VirtualMachineInstanceMigration migration) {
    SyncDraft draft = create.draft();
    Creation creation = store.create(withPods(draft));
    if (creation instanceof Creation.Created) {
      metrics.created();
      LOG.atInfo()
          .addKeyValue(LogKeys.MIGRATION, draft.namespace() + "/" + draft.migrationName())
          .log("sync created");
      return Next.DONE;
    }
    if (creation instanceof Creation.NameTaken) {
      say(Subject.of(migration), nameTaken(draft));
      return Next.AGAIN;
    }
    if (creation instanceof Creation.Refused refused) {
      say(Subject.of(migration), refused(refused));
    }
    return Next.DONE;
  }

  // Both at a time: the hook on the target does not wait for two answers one after the other.
  private ConntrackSync withPods(SyncDraft draft) {
    CompletableFuture<Optional<String>> target =
        CompletableFuture.supplyAsync(
            () ->
                draft
                    .targetPod()
                    .flatMap(pod -> pods.targetUid(draft.namespace(), pod, draft.migrationUid())));
    Optional<String> source =
        draft.sourcePod().flatMap(pod -> pods.sourceUid(draft.namespace(), pod));
    return SyncFactory.sync(draft, source, target.join());
  }

  private void say(Subject subject, Notice notice) {
    metrics.noticed(notice.reason());
    events.publish(subject, notice);
  }

  private static Notice nameTaken(SyncDraft draft) {
    return MigrationReason.NAME_TAKEN.notice(
        "ConntrackSync "
            + draft.migrationName()
            + " is there already and is not of this migration: the connections of this one are not"
            + " synced before that one has ended or, if it was made by hand, is deleted");
  }

  private static Notice refused(Creation.Refused refused) {
    return MigrationReason.SYNC_REFUSED.notice(
        "the API server refused the ConntrackSync of this migration, its connections are not"
            + " synced; check that operator and CRDs are of the same version: "
            + refused.why());
  }
}
