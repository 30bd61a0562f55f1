package io.conntracksync.e2e.controlplane;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The roles that the chart ships, bound to service accounts of the bed: operator and agents run
 * with those rights and no others. A file is a part: the roles in {@code agent.yaml} are the rights
 * of {@code conntracksync-agent}.
 */
final class ShippedRoles {
  private static final String PREFIX = "conntracksync-";

  private final KubernetesClient admin;

  ShippedRoles(KubernetesClient admin) {
    this.admin = admin;
  }

  void install(Path file) {
    Namespace home =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(ControlPlane.SYSTEM_NAMESPACE)
            .endMetadata()
            .build();
    admin.resource(home).serverSideApply();
    String account = PREFIX + file.getFileName().toString().replaceFirst("\\.yaml$", "");
    try (InputStream yaml = Files.newInputStream(file)) {
      admin.load(yaml).items().forEach(role -> install(role, account));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the roles in " + file, e);
    }
  }

  private void install(HasMetadata item, String account) {
    if (item instanceof ClusterRole role) {
      admin.resource(role).serverSideApply();
      admin.resource(clusterBinding(role, account)).serverSideApply();
    } else if (item instanceof Role role) {
      if (role.getMetadata().getNamespace() == null) {
        role.getMetadata().setNamespace(ControlPlane.SYSTEM_NAMESPACE);
      }
      admin.resource(role).serverSideApply();
      admin.resource(binding(role, account)).serverSideApply();
    } else {
      throw new IllegalStateException(
          "a file of roles holds the " + item.getKind() + " " + item.getMetadata().getName());
    }
  }

  private static HasMetadata clusterBinding(ClusterRole role, String account) {
    return new ClusterRoleBindingBuilder()
        .withNewMetadata()
        .withName(role.getMetadata().getName())
        .endMetadata()
        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role.getMetadata().getName())
        .addNewSubject(null, "ServiceAccount", account, ControlPlane.SYSTEM_NAMESPACE)
        .build();
  }

  private static HasMetadata binding(Role role, String account) {
    return new RoleBindingBuilder()
        .withNewMetadata()
        .withNamespace(role.getMetadata().getNamespace())
        .withName(role.getMetadata().getName())
        .endMetadata()
        .withNewRoleRef("rbac.authorization.k8s.io", "Role", role.getMetadata().getName())
        .addNewSubject(null, "ServiceAccount", account, ControlPlane.SYSTEM_NAMESPACE)
        .build();
  }
}
