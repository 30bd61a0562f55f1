package io.conntracksync.node.cilium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Pinned conntrack maps through Cilium's own types of one version: the program {@code ctlines}. A
 * line is an entry, with the names of e2e/cilium-tools; what is 0 is left out.
 */
public final class Ctlines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program;

  private Ctlines(Path program) {
    this.program = program;
  }

  public static Ctlines ofNewest() {
    return new Ctlines(CiliumTools.program("ctlines-newest"));
  }

  public static Ctlines of1_15() {
    return new Ctlines(CiliumTools.program("ctlines-1.15"));
  }

  /** A line as it is read. */
  public static JsonNode line(String fields) {
    try {
      ObjectNode line = (ObjectNode) JSON.readTree(fields);
      line.properties().removeIf(field -> isZero(field.getValue()));
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(fields, e);
    }
  }

  public List<JsonNode> read(Path pin) {
    return call("read", pin, "").lines().map(Ctlines::line).toList();
  }

  public void write(Path pin, Collection<JsonNode> lines) {
    StringBuilder input = new StringBuilder();
    lines.forEach(line -> input.append(line).append('\n'));
    String unused = call("write", pin, input.toString());
  }

  public void makeIpv4(Path pin) {
    String unused = call("make4", pin, "");
  }

  private String call(String what, Path pin, String input) {
    return CiliumTools.run(List.of(program.toString(), what, pin.toString()), input);
  }

  private static boolean isZero(JsonNode value) {
    if (value.isArray()) {
      for (JsonNode each : value) {
        if (!isZero(each)) {
          return false;
        }
      }
      return true;
    }
    return value.isNumber() && value.decimalValue().signum() == 0;
  }
}
