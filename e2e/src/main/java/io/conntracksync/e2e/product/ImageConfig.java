package io.conntracksync.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an image says of itself.
 *
 * @param user {@code UID:GID}
 * @param environment {@code NAME=VALUE}
 */
public record ImageConfig(
    List<String> entryPoint, String user, List<String> environment, Map<String, String> labels) {
  public ImageConfig {
    entryPoint = List.copyOf(entryPoint);
    environment = List.copyOf(environment);
    labels = Map.copyOf(labels);
  }

  static ImageConfig of(JsonNode json) {
    JsonNode config = json.path("config");
    Map<String, String> labels =
        config.path("Labels").properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().asText()));
    return new ImageConfig(
        texts(config.path("Entrypoint")),
        config.path("User").asText(),
        texts(config.path("Env")),
        labels);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
