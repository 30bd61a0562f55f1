package io.conntracksync.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The operator has exactly the rights that are listed here. A right too many is a risk nobody
 * decided on; one too few is found in production, by a 403.
 */
class RbacTest {
  private static final Path FILE = Path.of("..", "helm", "conntracksync", "rbac", "operator.yaml");
  private static final String CHANGE =
      "helm/conntracksync/rbac/operator.yaml and this test say different things: change the one"
          + " that is wrong";

  @Test
  void theClusterRoleHasExactlyTheseRights() throws IOException {
    ClusterRole role = ApiSerialization.create().unmarshal(documents().get(0), ClusterRole.class);

    assertThat(role.getMetadata().getName()).isEqualTo("conntracksync-operator");
    assertThat(flat(role.getRules()).toList())
        .as(CHANGE)
        .containsExactlyInAnyOrder(
            "/nodes get",
            "/pods get",
            "/pods list",
            "apiextensions.k8s.io/customresourcedefinitions list"
                + " [virtualmachineinstancemigrations.kubevirt.io,"
                + " virtualmachineinstances.kubevirt.io]",
            "apiextensions.k8s.io/customresourcedefinitions watch"
                + " [virtualmachineinstancemigrations.kubevirt.io,"
                + " virtualmachineinstances.kubevirt.io]",
            "conntracksync.io/conntracknodes get",
            "conntracksync.io/conntracknodes list",
            "conntracksync.io/conntracknodes watch",
            "conntracksync.io/conntracksyncs create",
            "conntracksync.io/conntracksyncs delete",
            "conntracksync.io/conntracksyncs get",
            "conntracksync.io/conntracksyncs list",
            "conntracksync.io/conntracksyncs watch",
            "conntracksync.io/conntracksyncs/status patch",
            "events.k8s.io/events create",
            "kubevirt.io/virtualmachineinstancemigrations get",
            "kubevirt.io/virtualmachineinstancemigrations list",
            "kubevirt.io/virtualmachineinstancemigrations watch",
            "kubevirt.io/virtualmachineinstances get",
            "kubevirt.io/virtualmachineinstances list",
            "kubevirt.io/virtualmachineinstances watch");
  }

  @Test
  void theRoleHasExactlyTheseRights() throws IOException {
    Role role = ApiSerialization.create().unmarshal(documents().get(1), Role.class);

    assertThat(role.getMetadata().getName()).isEqualTo("conntracksync-operator-leader-election");
    assertThat(flat(role.getRules()).toList())
        .as(CHANGE)
        .containsExactlyInAnyOrder(
            "coordination.k8s.io/leases update [conntracksync-operator]",
            "coordination.k8s.io/leases patch [conntracksync-operator]",
            "coordination.k8s.io/leases create",
            "coordination.k8s.io/leases get",
            "coordination.k8s.io/leases list",
            "coordination.k8s.io/leases watch");
  }

  @Test
  void eachRuleSaysWhy() throws IOException {
    List<String> lines = Files.readAllLines(FILE);

    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("  - apiGroups")) {
        assertThat(lines.get(i - 1)).as("the line above line %d", i + 1).startsWith("  # ");
      }
    }
  }

  private static List<String> documents() throws IOException {
    List<String> documents = List.of(Files.readString(FILE).split("(?m)^---$"));
    assertThat(documents).as("a ClusterRole and a Role").hasSize(2);
    return documents;
  }

  private static Stream<String> flat(List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(
            rule ->
                rule.getApiGroups().stream()
                    .flatMap(
                        group ->
                            rule.getResources().stream()
                                .flatMap(
                                    resource ->
                                        rule.getVerbs().stream()
                                            .map(
                                                verb ->
                                                    group
                                                        + "/"
                                                        + resource
                                                        + " "
                                                        + verb
                                                        + names(rule)))));
  }

  private static String names(PolicyRule rule) {
    return rule.getResourceNames().isEmpty()
        ? ""
        : " " + rule.getResourceNames().stream().sorted().toList();
  }
}
