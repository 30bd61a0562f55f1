package io.conntracksync.node.table.ciliumapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * What Cilium's agent says of itself in {@code GET /v1/healthz}. Source: facts/cilium.md, 10.
 *
 * @param message the version and what else it has to say
 * @param clock unknown just after its start
 */
record CiliumHealth(String message, Optional<ClockUnit> clock) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty when it is no such answer. */
  static Optional<CiliumHealth> read(byte[] body) {
    try {
      JsonNode root = JSON.readTree(body);
      JsonNode message = root.path("cilium").path("msg");
      return root.path("cilium").isObject()
          ? Optional.of(new CiliumHealth(message.asText(""), clock(root.path("clock-source"))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<ClockUnit> clock(JsonNode source) {
    int hertz = source.path("hertz").asInt(0);
    return switch (source.path("mode").asText("")) {
      case "ktime" -> Optional.of(ClockUnit.SECONDS);
      case "jiffies" -> hertz > 0 ? unit(hertz) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<ClockUnit> unit(int hertz) {
    try {
      return Optional.of(new ClockUnit(hertz));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
