package io.conntracksync.e2e.rights;

import io.conntracksync.e2e.controlplane.ApiRequest;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The least of which roles are made: one verb on one resource, of some objects or of all.
 *
 * @param resource with its subresource, as in roles
 * @param names the objects that it is for; empty: all
 */
record Right(String group, String resource, String verb, List<String> names) {
  private static final int CREATED = 201;

  Right {
    names = List.copyOf(names);
  }

  /** The rights of these rules, in their order. */
  static List<Right> of(List<PolicyRule> rules) {
    List<Right> rights = new ArrayList<>();
    for (PolicyRule rule : rules) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          for (String verb : rule.getVerbs()) {
            rights.add(new Right(group, resource, verb, rule.getResourceNames()));
          }
        }
      }
    }
    return rights;
  }

  /** A rule that gives this right alone. */
  PolicyRule rule() {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withVerbs(verb)
        .withResourceNames(names)
        .build();
  }

  /** Whether that request needs it. */
  boolean covers(ApiRequest request) {
    return request.group().equals(group)
        && request.resource().equals(resource)
        && (request.verb().equals(verb) || (verb.equals("create") && isCreation(request)))
        && (names.isEmpty() || names.contains(request.name()));
  }

  /** Who applies what is not there needs both rights. */
  private static boolean isCreation(ApiRequest request) {
    return request.verb().equals("patch") && (request.isForbidden() || request.code() == CREATED);
  }

  @Override
  public String toString() {
    return verb + " " + (group.isEmpty() ? "" : group + "/") + resource + nameList();
  }

  private String nameList() {
    return names.isEmpty() ? "" : " " + names;
  }
}
