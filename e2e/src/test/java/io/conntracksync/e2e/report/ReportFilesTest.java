package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  @Test
  void theJsonHasTheAgreedShape() throws IOException {
    Golden.matches("small.json", ReportFiles.json(SampleReport.small()));
  }

  @Test
  void thePageHasTheAgreedShape() throws IOException {
    Golden.matches("small.html", HtmlReport.of(SampleReport.small()));
  }

  @Test
  void theFieldsThatOthersReadAreWhereTheyLook() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportFiles.json(SampleReport.full()));

    assertThat(json.at("/control/survived").asInt(-1)).isZero();
    assertThat(json.at("/control/connections").asInt()).isEqualTo(24);
    assertThat(json.at("/synced/survived").asInt()).isEqualTo(24);
    assertThat(json.at("/udp/control/survived").asInt(-1)).isZero();
    assertThat(json.at("/udp/synced/streams").asInt()).isEqualTo(4);
    assertThat(json.at("/sync/phase").asText()).isEqualTo("Completed");
    assertThat(json.at("/sync/entries").asInt()).isEqualTo(28);
    assertThat(json.at("/sync/hook/outcome").asText()).isEqualTo("Imported");
    assertThat(json.at("/control/firewall/new").isNumber()).isTrue();
  }

  @Test
  void whatIsWrittenCanBeReadBack(@TempDir Path folder) throws IOException {
    Report report = SampleReport.full();

    ReportFiles.write(report, folder.resolve("demo"));

    assertThat(ReportFiles.read(folder.resolve("demo/report.json"))).isEqualTo(report);
    assertThat(Files.readString(folder.resolve("demo/report.html")))
        .isEqualTo(HtmlReport.of(report));
  }
}
