package io.conntracksync.e2e.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

/**
 * What the demo found: the same migration without ({@code control}) and with ({@code synced})
 * ConntrackSync. Its JSON is {@code report.json}.
 *
 * @param madeAt ISO 8601, UTC
 * @param explanation why the control's connections died, in a sentence
 */
@JsonPropertyOrder({
  "madeAt",
  "acceptance",
  "explanation",
  "datapath",
  "sync",
  "udp",
  "versions",
  "control",
  "synced"
})
public record Report(
    String madeAt,
    Versions versions,
    DatapathReport datapath,
    RunReport control,
    RunReport synced,
    UdpReport udp,
    SyncReport sync,
    String explanation,
    Acceptance acceptance) {

  public static Report of(
      Instant madeAt,
      Versions versions,
      DatapathReport datapath,
      RunReport control,
      RunReport synced,
      SyncReport sync) {
    return new Report(
        madeAt.toString(),
        versions,
        datapath,
        control,
        synced,
        new UdpReport(control.udp(), synced.udp()),
        sync,
        Explanation.of(control),
        Acceptance.of(datapath, control, synced, sync));
  }
}
