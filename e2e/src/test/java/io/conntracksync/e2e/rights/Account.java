package io.conntracksync.e2e.rights;

import io.conntracksync.e2e.controlplane.ApiRequest;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A service account of the chart on a control plane that has the chart's rights, and what it may
 * do: right by right.
 */
final class Account {
  private static final String SYSTEM = ControlPlane.SYSTEM_NAMESPACE;

  private final ControlPlane controlPlane;
  private final String name;
  private final List<HasMetadata> roles;

  /** Its roles are those whose names begin with its own. */
  Account(ControlPlane controlPlane, Chart chart, String name) {
    this.controlPlane = controlPlane;
    this.name = name;
    roles =
        chart.objects().stream()
            .filter(object -> object instanceof ClusterRole || object instanceof Role)
            .filter(role -> role.getMetadata().getName().startsWith(name))
            .toList();
  }

  /** What the chart lets it do, in all namespaces or in its own. */
  Stream<Right> rights() {
    return roles.stream().flatMap(role -> Right.of(rules(role)).stream());
  }

  private static List<PolicyRule> rules(HasMetadata role) {
    return role instanceof ClusterRole everywhere
        ? everywhere.getRules()
        : ((Role) role).getRules();
  }

  /** Takes the right away; returns when the API server no longer grants it. */
  void take(Right right) {
    roles.stream()
        .filter(role -> Right.of(rules(role)).contains(right))
        .forEach(role -> write(role, without(role, right)));
    Awaitility.await("no other rule allows " + name + " to " + right)
        .atMost(Duration.ofSeconds(30))
        .until(() -> !isAllowed(right));
  }

  /** Gives back what was taken; returns when the API server grants it. */
  void giveBack(Right right) {
    roles.forEach(role -> write(role, rules(role)));
    Awaitility.await(name + " may again " + right)
        .atMost(Duration.ofSeconds(30))
        .until(() -> isAllowed(right));
  }

  private static List<PolicyRule> without(HasMetadata role, Right right) {
    return Right.of(rules(role)).stream()
        .filter(kept -> !kept.equals(right))
        .map(Right::rule)
        .toList();
  }

  private void write(HasMetadata role, List<PolicyRule> rules) {
    String roleName = role.getMetadata().getName();
    if (role instanceof ClusterRole) {
      controlPlane
          .admin()
          .rbac()
          .clusterRoles()
          .withName(roleName)
          .edit(found -> found.edit().withRules(rules).build());
    } else {
      controlPlane
          .admin()
          .rbac()
          .roles()
          .inNamespace(SYSTEM)
          .withName(roleName)
          .edit(found -> found.edit().withRules(rules).build());
    }
  }

  private boolean isAllowed(Right right) {
    String[] resource = right.resource().split("/", 2);
    SubjectAccessReview question =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:" + SYSTEM + ":" + name)
            .withGroups("system:serviceaccounts", "system:authenticated")
            .withNewResourceAttributes()
            .withNamespace(SYSTEM)
            .withGroup(right.group())
            .withResource(resource[0])
            .withSubresource(resource.length > 1 ? resource[1] : null)
            .withVerb(right.verb())
            .withName(right.names().stream().findFirst().orElse(null))
            .endResourceAttributes()
            .endSpec()
            .build();
    return controlPlane
        .admin()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(question)
        .getStatus()
        .getAllowed();
  }

  /** What it has asked until now. */
  List<ApiRequest> requests() {
    return controlPlane.auditLog().requests().stream()
        .filter(request -> request.account().equals(name))
        .toList();
  }
}
