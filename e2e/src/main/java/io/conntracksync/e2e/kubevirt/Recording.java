package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * VMIs and VMIMs as they were after each write, in the order of the writes: a YAML file of many
 * documents.
 */
public record Recording(List<GenericKubernetesResource> documents) {
  public Recording {
    documents = List.copyOf(documents);
  }

  /** From a file on the class path, such as {@code /kubevirt-recording.yaml}. */
  public static Recording of(String resource) {
    try (InputStream file = Recording.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("there is no " + resource + " on the class path");
      }
      KubernetesSerialization serialization = new KubernetesSerialization();
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return new Recording(
          Arrays.stream(text.split("(?m)^---$", -1))
              .filter(Recording::isDocument)
              .map(yaml -> serialization.unmarshal(yaml, GenericKubernetesResource.class))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static boolean isDocument(String text) {
    return text.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
  }

  /**
   * The launcher pods by their recorded uid, in the order in which they appear. VMIs name pods by
   * uid ({@code activePods}) and migrations by name; pods were not recorded, but both mention them
   * first in the order of their creation.
   */
  Map<String, String> podNames() {
    List<String> uids = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (GenericKubernetesResource document : documents) {
      Map<String, String> active = document.get("status", "activePods");
      if (active != null) {
        active.keySet().stream().filter(uid -> !uids.contains(uid)).forEach(uids::add);
      }
      for (String end : List.of("sourcePod", "targetPod")) {
        String name = document.get("status", "migrationState", end);
        if (name != null && !names.contains(name)) {
          names.add(name);
        }
      }
    }
    if (uids.size() != names.size()) {
      throw new IllegalStateException(
          "the recording has pods " + names + " but uids " + uids + ": it misses a write");
    }
    Map<String, String> pods = new LinkedHashMap<>();
    uids.forEach(uid -> pods.put(uid, names.get(pods.size())));
    return pods;
  }

  /** Whether this is the last that is seen of the object. */
  boolean isLast(int index) {
    GenericKubernetesResource document = documents.get(index);
    return documents.subList(index + 1, documents.size()).stream()
        .noneMatch(later -> later.getMetadata().getUid().equals(document.getMetadata().getUid()));
  }
}
