package io.conntracksync.operator.kubevirt;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a real virt-controller wrote: a migration that succeeds and one that is cancelled, object by
 * object in the order of their resourceVersions.
 */
public final class Recording {
  /** The migration nodea to nodeb that succeeds. */
  public static final MigrationQuestion FIRST =
      new MigrationQuestion(
          "default", "web-mig", "2f5ffda3-09c5-4769-910a-53005d3038e4", "web", "nodeb");

  /** The migration nodeb to nodea that is cancelled by deleting it. */
  public static final MigrationQuestion SECOND =
      new MigrationQuestion(
          "default", "web-mig2", "188b6b4e-0ddd-4637-b886-7c425a461ba8", "web", "nodea");

  private Recording() {}

  /** All steps, decoded as the operator decodes them. */
  public static List<HasMetadata> steps() {
    KubernetesSerialization serialization = ApiSerialization.create();
    return Arrays.stream(text().split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .<HasMetadata>map(document -> serialization.unmarshal(document, type(document)))
        .toList();
  }

  /** Puts another uid for the migration that the VM is in. */
  public static void mapMigrationUid(VirtualMachineInstance vmi, UnaryOperator<String> other) {
    MigrationState state = vmi.getStatus().migrationState();
    if (state == null) {
      return;
    }
    vmi.setStatus(
        new InstanceStatus(
            vmi.getStatus().nodeName(),
            vmi.getStatus().interfaces(),
            new MigrationState(
                other.apply(state.migrationUid()),
                state.sourceNode(),
                state.sourcePod(),
                state.targetNode(),
                state.targetPod(),
                state.endTimestamp(),
                state.completed(),
                state.failed(),
                state.failureReason(),
                state.abortRequested(),
                state.abortStatus())));
  }

  private static Class<? extends HasMetadata> type(String document) {
    return document.contains("kind: VirtualMachineInstanceMigration\n")
        ? VirtualMachineInstanceMigration.class
        : VirtualMachineInstance.class;
  }

  private static String text() {
    try (InputStream file = Recording.class.getResourceAsStream("/kubevirt-recording.yaml")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is there at a moment of the recording. */
  public static final class World implements KubeVirtObjects {
    private final Map<String, VirtualMachineInstance> instances = new HashMap<>();
    private final Map<String, VirtualMachineInstanceMigration> migrations = new HashMap<>();

    /** The next step. */
    public void apply(HasMetadata object) {
      if (object instanceof VirtualMachineInstance vmi) {
        instances.put(vmi.getMetadata().getName(), vmi);
      } else if (object instanceof VirtualMachineInstanceMigration migration) {
        migrations.put(migration.getMetadata().getName(), migration);
      }
    }

    /** The migration is collected. */
    public void removeMigration(String name) {
      migrations.remove(name);
    }

    /** The VM is deleted. */
    public void removeInstance(String name) {
      instances.remove(name);
    }

    @Override
    public Optional<VirtualMachineInstance> instance(String namespace, String name) {
      return Optional.ofNullable(instances.get(name));
    }

    @Override
    public Optional<VirtualMachineInstanceMigration> migration(String namespace, String name) {
      return Optional.ofNullable(migrations.get(name));
    }
  }
}
