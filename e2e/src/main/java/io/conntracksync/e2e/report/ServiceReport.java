package io.conntracksync.e2e.report;

import java.util.List;

/**
 * A service and its ids on each node, in the order of the migration.
 *
 * @param address and port that the VM connects to
 * @param backend address and port of the peer
 */
public record ServiceReport(String address, String backend, List<Ids> ids) {
  public ServiceReport {
    ids = List.copyOf(ids);
  }

  /**
   * What one node calls them.
   *
   * @param service the id that entries have, Cilium's {@code rev_nat_index}
   * @param backend the id of the backend
   */
  public record Ids(String node, int service, int backend) {}

  /** Whether an id that is taken along as it is would mean something else. */
  boolean differs() {
    return ids.stream().map(Ids::service).distinct().count() == ids.size()
        && ids.stream().map(Ids::backend).distinct().count() == ids.size();
  }
}
