package io.conntracksync.e2e.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What operator and agents asked of the API server, by the server's own audit: each request once it
 * was answered, a watch also when it began.
 */
public final class AuditLog {
  private static final String ACCOUNTS =
      "system:serviceaccount:" + ControlPlane.SYSTEM_NAMESPACE + ":";
  private static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
        - level: Metadata
          userGroups: ["system:serviceaccounts:%s"]
        - level: None
      """
          .formatted(ControlPlane.SYSTEM_NAMESPACE);

  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  /** Writes the policy by which an API server keeps this log. */
  static Path writePolicy(Path folder) {
    try {
      return Files.writeString(folder.resolve("audit-policy.yaml"), POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder, e);
    }
  }

  /** All requests until now. */
  public List<ApiRequest> requests() {
    if (!Files.exists(file)) {
      return List.of(); // Nobody has asked yet.
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      ObjectMapper json = new ObjectMapper();
      // The last line may be half written.
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .map(line -> request(json, line))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static ApiRequest request(ObjectMapper json, String line) {
    try {
      JsonNode event = json.readTree(line);
      String subresource = event.at("/objectRef/subresource").asText("");
      return new ApiRequest(
          event.at("/user/username").asText().replace(ACCOUNTS, ""),
          event.at("/verb").asText(),
          event.at("/objectRef/apiGroup").asText(""),
          event.at("/objectRef/resource").asText("")
              + (subresource.isEmpty() ? "" : "/" + subresource),
          event.at("/objectRef/namespace").asText(""),
          event.at("/objectRef/name").asText(""),
          event.at("/responseStatus/code").asInt(),
          event.at("/annotations/authorization.k8s.io~1reason").asText(""));
    } catch (IOException e) {
      throw new UncheckedIOException("no audit event: " + line, e);
    }
  }
}
