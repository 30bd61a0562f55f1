package io.conntracksync.e2e.report;

import java.util.List;

/** When a run's traffic started and stopped, and what happened meanwhile; epoch milliseconds. */
public record Timeline(long startedMillis, long stoppedMillis, List<Band> bands) {
  public Timeline {
    bands = List.copyOf(bands);
  }

  /** The moment by which two runs are laid side by side: the VM's stop on the source. */
  long anchorMillis() {
    return bands.stream()
        .filter(band -> band.kind() == BandKind.PAUSE)
        .mapToLong(Band::fromMillis)
        .findFirst()
        .orElse(startedMillis);
  }
}
