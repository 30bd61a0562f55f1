package io.conntracksync.operator.kubevirt;

import io.conntracksync.operator.log.LogKeys;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the definitions of KubeVirt's two kinds by name, and their objects for as long as both
 * definitions are established: KubeVirt may be installed after this operator, and removed before
 * it.
 */
public final class KubeVirtWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeVirtWatch.class);
  private static final Set<String> DEFINITIONS =
      Set.of(
          CustomResource.getCRDName(VirtualMachineInstance.class),
          CustomResource.getCRDName(VirtualMachineInstanceMigration.class));

  private final KubernetesClient client;
  private final KubeVirtListener listener;
  private final Runnable stopped;
  private final Map<String, SharedIndexInformer<CustomResourceDefinition>> definitions =
      new HashMap<>();
  private final Set<String> established = new TreeSet<>();
  private Optional<KubeVirtCaches> caches = Optional.empty();

  /** {@code stopped} runs when a watch ended for good: blind, the program must not go on. */
  public KubeVirtWatch(KubernetesClient client, KubeVirtListener listener, Runnable stopped) {
    this.client = client;
    this.listener = listener;
    this.stopped = stopped;
  }

  /** Begins to watch; returns when the definitions are known, before any object is. */
  public void start() {
    for (String name : DEFINITIONS) {
      definitions.put(
          name,
          client
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .withName(name)
              .inform(new DefinitionHandler()));
    }
  }

  /** The caches, once both are filled. */
  public synchronized Optional<KubeVirtObjects> objects() {
    return caches.filter(KubeVirtCaches::isFilled).map(filled -> filled);
  }

  /** The migrations of a VM, past ones included; none while the caches are not filled. */
  public synchronized List<VirtualMachineInstanceMigration> migrationsOf(
      String namespace, String instanceName) {
    return caches
        .filter(KubeVirtCaches::isFilled)
        .map(filled -> filled.migrationsOf(namespace, instanceName))
        .orElse(List.of());
  }

  /** All migrations; none while the caches are not filled. */
  public synchronized List<VirtualMachineInstanceMigration> migrations() {
    return caches
        .filter(KubeVirtCaches::isFilled)
        .map(KubeVirtCaches::migrations)
        .orElse(List.of());
  }

  @Override
  public void close() {
    List.copyOf(definitions.values()).forEach(SharedIndexInformer::stop);
    synchronized (this) {
      caches.ifPresent(KubeVirtCaches::close);
      caches = Optional.empty();
    }
  }

  private synchronized void seen(CustomResourceDefinition definition) {
    String name = definition.getMetadata().getName();
    boolean changed = isEstablished(definition) ? established.add(name) : established.remove(name);
    if (changed) {
      follow();
    }
  }

  private synchronized void gone(CustomResourceDefinition definition) {
    if (established.remove(definition.getMetadata().getName())) {
      follow();
    }
  }

  private void follow() {
    boolean complete = established.containsAll(DEFINITIONS);
    if (complete && caches.isEmpty()) {
      LOG.atInfo().addKeyValue(LogKeys.RESOURCE, DEFINITIONS).log("KubeVirt found, watching it");
      caches = Optional.of(KubeVirtCaches.start(client, listener, stopped));
    } else if (!complete && caches.isPresent()) {
      LOG.atWarn()
          .addKeyValue(LogKeys.RESOURCE, DEFINITIONS)
          .log("KubeVirt removed, migrations are not seen until it is back");
      caches.get().close();
      caches = Optional.empty();
    }
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition.getMetadata().getDeletionTimestamp() == null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  private final class DefinitionHandler implements ResourceEventHandler<CustomResourceDefinition> {
    @Override
    public void onAdd(CustomResourceDefinition definition) {
      seen(definition);
    }

    @Override
    public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition definition) {
      seen(definition);
    }

    @Override
    public void onDelete(CustomResourceDefinition definition, boolean finalStateUnknown) {
      gone(definition);
    }
  }
}
