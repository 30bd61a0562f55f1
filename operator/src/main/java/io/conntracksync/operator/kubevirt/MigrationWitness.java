package io.conntracksync.operator.kubevirt;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Says what became of a migration. Two caches may lag behind each other: a migration that is seen
 * to be gone may have succeeded in an event that is still on its way, and to take that for a
 * cancellation would take entries from a VM that runs. So nothing is concluded from an absence
 * before the API server itself has said the same.
 */
public final class MigrationWitness {
  private final Supplier<Optional<KubeVirtObjects>> cached;
  private final KubeVirtObjects live;

  /** {@code cached} is empty while KubeVirt is not installed or not read yet. */
  public MigrationWitness(Supplier<Optional<KubeVirtObjects>> cached, KubeVirtObjects live) {
    this.cached = Objects.requireNonNull(cached, "cached");
    this.live = Objects.requireNonNull(live, "live");
  }

  /** What the migration looks like; may ask the API server. */
  public MigrationSight sight(MigrationQuestion question) {
    Optional<KubeVirtObjects> caches = cached.get();
    if (caches.isEmpty()) {
      return new MigrationSight.Unknown();
    }
    MigrationSight sight = read(question, caches.get());
    boolean absent =
        !isKnown(question, caches.get()) || sight instanceof MigrationSight.InstanceGone;
    return absent ? read(question, live) : sight;
  }

  private static boolean isKnown(MigrationQuestion question, KubeVirtObjects objects) {
    return objects
        .migration(question.namespace(), question.migrationName())
        .filter(m -> question.migrationUid().equals(m.getMetadata().getUid()))
        .isPresent();
  }

  private static MigrationSight read(MigrationQuestion question, KubeVirtObjects objects) {
    // In this order: virt-controller lets a migration go only after the VM shows its end, so a VM
    // read after the absence of its migration was seen has that end.
    var migration = objects.migration(question.namespace(), question.migrationName());
    var instance = objects.instance(question.namespace(), question.instanceName());
    return MigrationReader.read(question, instance, migration);
  }
}
