package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.Datapath;
import io.conntracksync.e2e.bed.LocalService;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.report.DatapathReport;
import io.conntracksync.e2e.report.ServiceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the demo tells of the nodes' data path. */
final class DatapathWords {
  private static final String NO_IPV6 =
      "IPv6. Cilium's API exports and imports entries of IPv4 alone; the maps have both.";

  private DatapathWords() {}

  /** For the terminal, before anything has run. */
  static String lines(Bed bed) {
    DatapathReport report = report(bed, Map.of());
    List<String> lines = new ArrayList<>(List.of(report.description()));
    if (!report.leftOut().isEmpty()) {
      lines.add("left out: " + report.leftOut());
    }
    for (ServiceReport service : report.services()) {
      lines.add("service " + service.address() + " leads to " + service.backend());
      for (ServiceReport.Ids ids : service.ids()) {
        lines.add(
            "  on %s its id is %d, its backend's %d"
                .formatted(ids.node(), ids.service(), ids.backend()));
      }
    }
    return String.join("\n", lines);
  }

  static DatapathReport report(Bed bed, Map<String, String> backends) {
    Datapath datapath = bed.datapath();
    return new DatapathReport(
        datapath.text(), description(datapath), leftOut(datapath), backends, services(bed));
  }

  private static String description(Datapath datapath) {
    return switch (datapath) {
      case NETFILTER -> "a firewall of nftables, its connections are in the kernel's table.";
      case CILIUM_BPF ->
          "a firewall of BPF programs, its connections are in maps as Cilium has them.";
      case CILIUM_API ->
          "a firewall of BPF programs, its connections are in maps as Cilium has them;"
              + " a stand-in for Cilium's agent exports and imports them over HTTP. It translates the"
              + " ids of services. Those of backends it leaves as they are: they mean nothing on the"
              + " other node, which chooses the backend anew.";
    };
  }

  private static String leftOut(Datapath datapath) {
    return switch (datapath) {
      case NETFILTER, CILIUM_BPF -> "";
      case CILIUM_API -> NO_IPV6;
    };
  }

  private static List<ServiceReport> services(Bed bed) {
    List<ServiceReport> services = new ArrayList<>();
    for (LocalService service : bed.nodeA().services()) {
      if (bed.datapath().moves(service.address())) {
        services.add(
            new ServiceReport(
                endpoint(service.address(), service.port()),
                endpoint(service.backend(), service.backendPort()),
                bed.nodes().stream().map(node -> ids(node, service.address())).toList()));
      }
    }
    return services;
  }

  private static ServiceReport.Ids ids(Node node, String address) {
    return node.services().stream()
        .filter(service -> service.address().equals(address))
        .map(service -> new ServiceReport.Ids(node.name(), service.id(), service.backendId()))
        .findFirst()
        .orElseThrow();
  }

  private static String endpoint(String address, int port) {
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
  }
}
