package io.conntracksync.e2e.report;

/** How the UDP streams fared that the peer pushes to the VM. */
public record UdpReport(Run control, Run synced) {
  /** One run's streams. */
  public record Run(int streams, int survived) {}
}
