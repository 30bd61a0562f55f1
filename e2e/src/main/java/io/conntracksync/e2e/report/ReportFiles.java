package io.conntracksync.e2e.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The report as files: {@code report.json} and {@code report.html}. */
public final class ReportFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectWriter WRITER = JSON.writer(SerializationFeature.INDENT_OUTPUT);

  private ReportFiles() {}

  /** Writes both into the folder, which is made when it is not there. */
  public static void write(Report report, Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("report.json"), json(report));
      Files.writeString(folder.resolve("report.html"), HtmlReport.of(report));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report into " + folder, e);
    }
  }

  static String json(Report report) {
    try {
      return WRITER.writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("the report has no JSON", e);
    }
  }

  /** Reads a {@code report.json} back. */
  public static Report read(Path file) {
    try {
      return JSON.readValue(file.toFile(), Report.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the report " + file, e);
    }
  }
}
