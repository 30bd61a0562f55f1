package io.conntracksync.e2e.report;

import java.util.TreeMap;

/** What the page says of the nodes' data path. */
final class DatapathSection {
  private final Html html;
  private final DatapathReport datapath;

  DatapathSection(Html html, DatapathReport datapath) {
    this.html = html;
    this.datapath = datapath;
  }

  void write() {
    html.open("section").leaf("h2", "The data path");
    html.open("p").leaf("code", datapath.name()).text(": " + datapath.description());
    new TreeMap<>(datapath.backends()).forEach(this::backend);
    html.close();
    if (!datapath.services().isEmpty()) {
      services();
    }
    html.close();
  }

  private void backend(String node, String backend) {
    html.text(" The agent of " + node + " found ").leaf("code", backend).text(" by itself.");
  }

  private void services() {
    html.leaf(
        "p",
        "The VM's packets to a service go to a backend, whose replies come from the service's"
            + " address again. Entries say so by ids that each node has given itself. Taken along as"
            + " it is, the service's id would mean another service, and end the connection.");
    html.open("div", "class", "scroll", "tabindex", "0").open("table", "class", "numbers");
    html.open("thead").open("tr");
    for (String head :
        new String[] {"Service", "Backend", "Node", "Service's id", "Backend's id"}) {
      html.leaf("th", head, "scope", "col");
    }
    html.close().close().open("tbody");
    for (ServiceReport service : datapath.services()) {
      service.ids().forEach(ids -> row(service, ids));
    }
    html.close().close().close();
  }

  private void row(ServiceReport service, ServiceReport.Ids ids) {
    html.open("tr").leaf("th", service.address(), "scope", "row");
    html.leaf("td", service.backend());
    html.leaf("td", ids.node());
    html.leaf("td", String.valueOf(ids.service()));
    html.leaf("td", String.valueOf(ids.backend()));
    html.close();
  }
}
