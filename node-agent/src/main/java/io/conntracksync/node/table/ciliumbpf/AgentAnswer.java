package io.conntracksync.node.table.ciliumbpf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.util.Optional;

/**
 * What Cilium's own agent says of itself: {@code GET /v1/healthz}, or the file that it leaves. Only
 * the fields that matter here; each may be missing.
 */
record AgentAnswer(Optional<CiliumVersion> version, Optional<ClockSource> clock) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KTIME = "ktime";
  private static final String JIFFIES = "jiffies";

  /** Version and clock of {@code cilium.msg} and {@code clock-source}. */
  static AgentAnswer ofHealth(String body) throws TableException {
    JsonNode answer = parse(body, TableFault.VERSION_UNKNOWN);
    JsonNode message = answer.path("cilium").path("msg");
    // Just after its start it has none; some versions put their state before it.
    String text = message.asText("").replaceFirst("^Ok +", "");
    boolean told = !text.isEmpty() && Character.isDigit(text.charAt(0));
    JsonNode clock = answer.path("clock-source");
    return new AgentAnswer(
        told ? Optional.of(CiliumVersion.parse(text)) : Optional.empty(),
        clock(clock.path("mode").asText(""), clock.path("hertz").asInt(0)));
  }

  /** The clock of {@code agent-runtime-config.json}, with 0 for ktime and 1 for jiffies. */
  static AgentAnswer ofRuntimeConfiguration(String body) throws TableException {
    JsonNode answer = parse(body, TableFault.CLOCK_UNKNOWN);
    JsonNode source = answer.path("ClockSource");
    String mode = !source.isInt() ? "" : source.asInt() == 0 ? KTIME : JIFFIES;
    return new AgentAnswer(Optional.empty(), clock(mode, answer.path("KernelHz").asInt(0)));
  }

  private static Optional<ClockSource> clock(String mode, int hertz) throws TableException {
    try {
      return switch (mode) {
        case "" -> Optional.empty();
        case KTIME -> Optional.of(new ClockSource.Ktime());
        case JIFFIES -> Optional.of(new ClockSource.Jiffies(hertz));
        default ->
            throw new TableException(
                TableFault.CLOCK_UNKNOWN,
                "Cilium says that its clock is \"" + mode + "\"; known are ktime and jiffies");
      };
    } catch (IllegalArgumentException e) {
      throw new TableException(
          TableFault.CLOCK_UNKNOWN, "Cilium says that its clock has " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(String body, TableFault unknown) throws TableException {
    try {
      JsonNode answer = JSON.readTree(body);
      if (answer != null && answer.isObject()) {
        return answer;
      }
      throw new TableException(unknown, "Cilium's agent says something else than a JSON object");
    } catch (JsonProcessingException e) {
      throw new TableException(
          unknown, "Cilium's agent says no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
