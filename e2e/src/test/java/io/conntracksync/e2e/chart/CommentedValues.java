package io.conntracksync.e2e.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a {@code values.yaml} with the comments above them. A key with a comment whose
 * children have none is one value, whatever its shape.
 */
final class CommentedValues {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z_][A-Za-z0-9_./-]*):.*");
  private static final int INDENT = 2;

  private final JsonNode values;
  private final List<Commented> keys;

  private CommentedValues(JsonNode values, List<Commented> keys) {
    this.values = values;
    this.keys = keys;
  }

  /** A key, by its path from the root, and what its comment says; empty without one. */
  record Commented(List<String> path, String comment) {
    String name() {
      return String.join(".", path);
    }

    boolean isWithin(Commented other) {
      return path.size() > other.path.size()
          && path.subList(0, other.path.size()).equals(other.path);
    }
  }

  static CommentedValues of(String yaml) {
    List<Commented> keys = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    for (String line : yaml.lines().toList()) {
      Matcher key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        comment.add(line.strip().substring(1).strip());
      } else if (key.matches()) {
        while (path.size() > key.group(1).length() / INDENT) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        keys.add(new Commented(List.copyOf(path), String.join(" ", comment)));
        comment.clear();
      } else {
        // An empty line parts a comment from what follows; an item belongs to the key above.
        comment.clear();
      }
    }
    return new CommentedValues(
        new ObjectMapper().valueToTree(new KubernetesSerialization().unmarshal(yaml, Map.class)),
        keys);
  }

  /** What a section of the page is about. */
  List<Commented> topLevel() {
    return keys.stream().filter(key -> key.path().size() == 1).toList();
  }

  /** The values of a section, or of the whole file. */
  List<Commented> valuesWithin(Commented section) {
    return keys.stream()
        .filter(key -> key.isWithin(section) && !key.comment().isEmpty() && isValue(key))
        .toList();
  }

  /** No key below it has a comment. */
  boolean isValue(Commented key) {
    return keys.stream().noneMatch(below -> below.isWithin(key) && !below.comment().isEmpty());
  }

  /** Scalars, lists and empty maps that no comment speaks of. */
  List<String> unexplained() {
    List<String> unexplained = new ArrayList<>();
    collect(values, new ArrayList<>(), unexplained);
    return unexplained;
  }

  private void collect(JsonNode node, List<String> path, List<String> unexplained) {
    if (node.isObject() && !node.isEmpty()) {
      for (Map.Entry<String, JsonNode> child : node.properties()) {
        path.add(child.getKey());
        collect(child.getValue(), path, unexplained);
        path.remove(path.size() - 1);
      }
    } else if (keys.stream().noneMatch(key -> explains(key, path))) {
      unexplained.add(String.join(".", path));
    }
  }

  private boolean explains(Commented key, List<String> path) {
    return !key.comment().isEmpty()
        && key.path().size() <= path.size()
        && path.subList(0, key.path().size()).equals(key.path())
        && isValue(key);
  }

  /** As one writes it after {@code --set-json}, but text without its quotation marks. */
  String defaultOf(Commented key) {
    JsonNode node = values;
    for (String name : key.path()) {
      node = Optional.ofNullable(node.get(name)).orElseThrow();
    }
    if (node.isTextual() && !node.asText().isEmpty()) {
      return node.asText();
    }
    try {
      return new ObjectMapper().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value that was read can be written", e);
    }
  }
}
