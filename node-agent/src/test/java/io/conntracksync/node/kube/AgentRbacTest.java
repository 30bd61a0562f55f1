package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The shipped roles say exactly what the agent's calls need: a right too many is a hole, a missing
 * one is an agent that never gets ready. Who changes a call changes the file, and this list.
 */
class AgentRbacTest {
  private static final Path FILE = Path.of("../helm/conntracksync/rbac/agent.yaml");

  @Test
  void theClusterRoleIsWhatTheAgentCallsInAllNamespaces() throws IOException {
    assertThat(flattened(only(ClusterRole.class).getRules()))
        .as("rules of the ClusterRole in %s", FILE)
        .containsExactlyInAnyOrder(
            "conntracksync.io/conntracksyncs/list",
            "conntracksync.io/conntracksyncs/watch",
            "conntracksync.io/conntracksyncs/status/patch",
            "conntracksync.io/conntracknodes/list",
            "conntracksync.io/conntracknodes/watch",
            "conntracksync.io/conntracknodes/create",
            "conntracksync.io/conntracknodes/status/patch",
            "/nodes/get");
  }

  @Test
  void theRoleIsWhatTheAgentCallsInItsOwnNamespace() throws IOException {
    assertThat(flattened(only(Role.class).getRules()))
        .as("rules of the Role in %s", FILE)
        .containsExactlyInAnyOrder(
            "coordination.k8s.io/leases/create", "coordination.k8s.io/leases/patch");
  }

  @Test
  void everyRuleSaysWhy() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    List<String> unexplained = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).startsWith("  - apiGroups:") && !lines.get(i - 1).startsWith("  # ")) {
        unexplained.add("line " + (i + 1) + ": " + lines.get(i).strip());
      }
    }

    assertThat(lines).anyMatch(line -> line.startsWith("  - apiGroups:"));
    assertThat(unexplained).as("rules of %s without a comment above", FILE).isEmpty();
  }

  private static Set<String> flattened(List<PolicyRule> rules) {
    Set<String> flat = new TreeSet<>();
    for (PolicyRule rule : rules) {
      assertThat(rule.getResourceNames()).isEmpty();
      assertThat(rule.getNonResourceURLs()).isEmpty();
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          rule.getVerbs().forEach(verb -> flat.add(group + "/" + resource + "/" + verb));
        }
      }
    }
    return flat;
  }

  private static <T extends HasMetadata> T only(Class<T> type) throws IOException {
    List<HasMetadata> documents = new ArrayList<>();
    for (String document : Files.readString(FILE).split("\n---\n", -1)) {
      documents.add(new KubernetesSerialization().unmarshal(document));
    }
    List<T> found = documents.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    assertThat(documents).hasSize(2);
    return found.get(0);
  }
}
