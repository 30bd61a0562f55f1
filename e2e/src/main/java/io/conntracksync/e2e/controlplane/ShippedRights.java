package io.conntracksync.e2e.controlplane;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;

/**
 * What the chart lets operator and agents do, as it renders it: service accounts, roles, bindings,
 * and the policies that bind an agent to its node. Programs of the bed run with those rights and no
 * others.
 */
final class ShippedRights {
  private static final Set<String> KINDS =
      Set.of(
          "ServiceAccount",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private final KubernetesClient admin;

  ShippedRights(KubernetesClient admin) {
    this.admin = admin;
  }

  void install(Chart chart) {
    Namespace home =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(ControlPlane.SYSTEM_NAMESPACE)
            .endMetadata()
            .build();
    admin.resource(home).serverSideApply();
    chart.objects().stream()
        .filter(object -> KINDS.contains(object.getKind()))
        .forEach(this::install);
  }

  private void install(HasMetadata object) {
    if (object instanceof Role && object.getMetadata().getNamespace() == null) {
      // As helm does it: the files of roles know no namespace.
      object.getMetadata().setNamespace(ControlPlane.SYSTEM_NAMESPACE);
    }
    admin.resource(object).serverSideApply();
  }
}
