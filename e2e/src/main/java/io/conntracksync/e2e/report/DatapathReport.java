package io.conntracksync.e2e.report;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The nodes' data path.
 *
 * @param name {@code netfilter}, {@code cilium-bpf} or {@code cilium-api}
 * @param description where its firewalls have their connections, in a sentence
 * @param leftOut what the demo leaves out with it, and why; empty when that is nothing
 * @param backends what the agents say that they read and write, by node; none before they ran
 * @param services those that lead to the peer
 */
public record DatapathReport(
    String name,
    String description,
    String leftOut,
    Map<String, String> backends,
    List<ServiceReport> services) {
  public DatapathReport {
    // In order: the same report is the same file.
    backends = Collections.unmodifiableMap(new TreeMap<>(backends));
    services = List.copyOf(services);
  }
}
