package io.conntracksync.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the chart asks Prometheus. */
final class Monitoring {
  static final Path ALERTS = Path.of("../helm/conntracksync/monitoring/alerts.yaml");
  static final Path DASHBOARD = Path.of("../helm/conntracksync/monitoring/dashboard.json");

  private Monitoring() {}

  /** An expression, and the name of the alert or panel that it is in. */
  record Expression(String where, String text) {}

  static List<Expression> alerts() throws IOException {
    JsonNode file =
        new ObjectMapper()
            .valueToTree(
                new KubernetesSerialization().unmarshal(Files.readString(ALERTS), Map.class));
    List<Expression> alerts = new ArrayList<>();
    for (JsonNode group : file.get("groups")) {
      for (JsonNode rule : group.get("rules")) {
        alerts.add(new Expression(rule.get("alert").asText(), rule.get("expr").asText()));
      }
    }
    return alerts;
  }

  static List<Expression> panels() throws IOException {
    List<Expression> panels = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(DASHBOARD.toFile()).get("panels")) {
      for (JsonNode target : panel.path("targets")) {
        panels.add(new Expression(panel.get("title").asText(), target.get("expr").asText()));
      }
    }
    return panels;
  }
}
