package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Family;
import io.conntracksync.e2e.traffic.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What the demo must have shown of its data path, beside that connections die and survive. */
final class DatapathAcceptance {
  private final DatapathReport datapath;
  private final List<String> unmet = new ArrayList<>();

  private DatapathAcceptance(DatapathReport datapath) {
    this.datapath = datapath;
  }

  /** What it has not, in sentences. */
  static List<String> unmet(DatapathReport datapath, RunReport control, RunReport synced) {
    DatapathAcceptance acceptance = new DatapathAcceptance(datapath);
    acceptance.backends();
    acceptance.run("the control", control);
    acceptance.run("the run with ConntrackSync", synced);
    acceptance.services();
    return acceptance.unmet;
  }

  private void backends() {
    if (datapath.backends().isEmpty()) {
      unmet.add("no agent said which backend it uses, see the ConntrackNodes");
    }
    new TreeMap<>(datapath.backends())
        .forEach(
            (node, backend) -> {
              if (!backend.equals(datapath.name())) {
                unmet.add(
                    "the agent of %s must use %s by itself, it uses %s"
                        .formatted(node, datapath.name(), backend));
              }
            });
  }

  private void run(String name, RunReport run) {
    if (datapath.leftOut().isEmpty() && !anyOver(Family.IPV6, run)) {
      unmet.add(name + " needs a connection over IPv6, it had none");
    }
    if (!anyOver(Family.IPV4, run)) {
      unmet.add(name + " needs a connection over IPv4, it had none");
    }
    for (ServiceReport service : datapath.services()) {
      if (run.connectionsDetail().stream().noneMatch(flow -> isThrough(service, flow))) {
        unmet.add(name + " needs a connection to service " + service.address() + ", it had none");
      }
    }
  }

  private void services() {
    for (ServiceReport service : datapath.services()) {
      if (!service.differs()) {
        unmet.add(
            "service "
                + service.address()
                + " must have ids of each node's own, nothing was translated: "
                + service.ids());
      }
    }
  }

  private static boolean anyOver(Family family, RunReport run) {
    return run.connectionsDetail().stream().anyMatch(flow -> flow.family() == family);
  }

  private static boolean isThrough(ServiceReport service, Flow flow) {
    return flow.service().equals(service.address());
  }
}
