package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parts of an untyped object, made when they are not there; changes go into the object. */
final class Fields {
  private Fields() {}

  static Map<String, Object> status(GenericKubernetesResource object) {
    return map(object.getAdditionalProperties(), "status");
  }

  static Map<String, Object> migrationState(GenericKubernetesResource object) {
    return map(status(object), "migrationState");
  }

  // Both come from JSON, where an object has text as keys and a list may hold anything.
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> parent, String name) {
    return (Map<String, Object>)
        parent.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>());
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Map<String, Object> parent, String name) {
    return (List<Object>) parent.computeIfAbsent(name, absent -> new ArrayList<Object>());
  }
}
