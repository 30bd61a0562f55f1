package io.conntracksync.operator.kubevirt;

import io.conntracksync.operator.log.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The caches of VMs and migrations of all namespaces, kept by informers until closed. */
final class KubeVirtCaches implements KubeVirtObjects, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeVirtCaches.class);
  private static final String BY_INSTANCE = "instance";

  private final SharedIndexInformer<VirtualMachineInstance> instances;
  private final SharedIndexInformer<VirtualMachineInstanceMigration> migrations;
  private final AtomicBoolean filled = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private KubeVirtCaches(
      SharedIndexInformer<VirtualMachineInstance> instances,
      SharedIndexInformer<VirtualMachineInstanceMigration> migrations) {
    this.instances = instances;
    this.migrations = migrations;
  }

  static KubeVirtCaches start(
      KubernetesClient client, KubeVirtListener listener, Runnable stopped) {
    KubeVirtCaches caches =
        new KubeVirtCaches(
            client.resources(VirtualMachineInstance.class).inAnyNamespace().runnableInformer(0),
            client
                .resources(VirtualMachineInstanceMigration.class)
                .inAnyNamespace()
                .runnableInformer(0));
    caches.migrations.addIndexers(Map.of(BY_INSTANCE, KubeVirtCaches::instanceOf));
    // The outcome of the start is not needed: a failed one ends in stopped() of its informer.
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(
                caches.begin(caches.instances, listener::instanceChanged, stopped),
                caches.begin(caches.migrations, listener::migrationChanged, stopped))
            .thenRun(
                () -> {
                  caches.filled.set(true);
                  listener.filled();
                });
    return caches;
  }

  boolean isFilled() {
    return filled.get();
  }

  @Override
  public Optional<VirtualMachineInstance> instance(String namespace, String name) {
    return Optional.ofNullable(instances.getStore().getByKey(key(namespace, name)));
  }

  @Override
  public Optional<VirtualMachineInstanceMigration> migration(String namespace, String name) {
    return Optional.ofNullable(migrations.getStore().getByKey(key(namespace, name)));
  }

  /** The migrations of a VM, past ones included. */
  List<VirtualMachineInstanceMigration> migrationsOf(String namespace, String instanceName) {
    return migrations.getIndexer().byIndex(BY_INSTANCE, key(namespace, instanceName));
  }

  List<VirtualMachineInstanceMigration> migrations() {
    return migrations.getStore().list();
  }

  @Override
  public void close() {
    closed.set(true);
    instances.stop();
    migrations.stop();
  }

  private <T extends HasMetadata> CompletableFuture<Void> begin(
      SharedIndexInformer<T> informer, BiConsumer<String, String> changed, Runnable stopped) {
    informer.addEventHandler(new Forwarder<T>(changed));
    // Retried for ever, but for an object that cannot be decoded: that one would come again.
    informer.exceptionHandler(
        (started, fault) -> !ExceptionHandler.isDeserializationException(fault));
    informer
        .stopped()
        .whenComplete(
            (nothing, fault) -> {
              if (!closed.get()) {
                LOG.atError()
                    .addKeyValue(LogKeys.RESOURCE, informer.getApiTypeClass().getSimpleName())
                    .setCause(fault)
                    .log("watch ended");
                stopped.run();
              }
            });
    return informer.start().toCompletableFuture();
  }

  private static List<String> instanceOf(VirtualMachineInstanceMigration migration) {
    return migration.getSpec() == null || migration.getSpec().vmiName() == null
        ? List.of()
        : List.of(key(migration.getMetadata().getNamespace(), migration.getSpec().vmiName()));
  }

  private static String key(String namespace, String name) {
    return Cache.namespaceKeyFunc(namespace, name);
  }

  private record Forwarder<T extends HasMetadata>(BiConsumer<String, String> changed)
      implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      tell(object);
    }

    @Override
    public void onUpdate(T before, T object) {
      tell(object);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      tell(object);
    }

    private void tell(T object) {
      changed.accept(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }
  }
}
