package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of BPF programs on one link of a node, with its connections in maps of Cilium's names and
 * layouts. They are pinned in a BPF file system of the node's own, whose mount namespace must
 * therefore be private. It also balances what the guest sends to services. See {@code
 * e2e/datapath}.
 */
final class CiliumFirewall implements Firewall {
  /** Where Cilium pins its maps. */
  static final Path MAPS = Path.of("/sys/fs/bpf/tc/globals");

  private static final String FILE_SYSTEM = "/sys/fs/bpf";
  private static final String COUNTERS = "firewall_counters";

  /** Those of its pinned maps that it fills itself, as {@code datapath/flows.h} names them. */
  private static final List<String> OWN =
      List.of(
          "cilium_ct4_global",
          "cilium_ct_any4_global",
          "cilium_ct6_global",
          "cilium_ct_any6_global",
          COUNTERS);

  private static final Pattern VALUE = Pattern.compile("value: ((?:[0-9a-f]{2} ?){8})");

  private final UnaryOperator<List<String>> node;
  private final String link;
  private final Path program;
  private final List<LocalService> services;

  private CiliumFirewall(
      UnaryOperator<List<String>> node, String link, Path program, List<LocalService> services) {
    this.node = node;
    this.link = link;
    this.program = program;
    this.services = List.copyOf(services);
  }

  /**
   * Puts it on that link, as {@link #reset} leaves it.
   *
   * @param node turns words into words that run these on the node
   * @param link leads to the guest: packets from it come in there
   * @param program as {@code e2e/datapath} builds it
   */
  static CiliumFirewall install(
      UnaryOperator<List<String>> node, String link, Path program, List<LocalService> services) {
    if (!Files.isReadable(program)) {
      throw new IllegalStateException("there is no " + program + ": run make datapath");
    }
    CiliumFirewall firewall = new CiliumFirewall(node, link, program.toAbsolutePath(), services);
    firewall.run("mount", "-t", "bpf", "bpf", FILE_SYSTEM);
    firewall.run("mkdir", "-p", MAPS.toString());
    firewall.run("tc", "qdisc", "add", "dev", link, "clsact");
    firewall.reset();
    return firewall;
  }

  @Override
  public void reset() {
    run("tc", "filter", "del", "dev", link, "ingress");
    run("tc", "filter", "del", "dev", link, "egress");
    List<String> removal = new ArrayList<>(List.of("rm", "-f"));
    Stream.concat(OWN.stream(), ServiceMaps.names().stream())
        .forEach(map -> removal.add(MAPS.resolve(map).toString()));
    Command.of(node.apply(removal)).run();
    attach("ingress", "from-guest");
    attach("egress", "to-guest");
    Command.of(node.apply(List.of("bpftool", "batch", "file", "-")))
        .reading(ServiceMaps.batch(MAPS, services))
        .run();
  }

  @Override
  public FirewallCounters counters() {
    return new FirewallCounters(counter(0), counter(1), counter(2), counter(3), counter(4));
  }

  private void attach(String side, String section) {
    run(
        "tc",
        "filter",
        "add",
        "dev",
        link,
        side,
        "bpf",
        "direct-action",
        "obj",
        program.toString(),
        "sec",
        section);
  }

  private long counter(int index) {
    String found =
        run(
            "bpftool",
            "map",
            "lookup",
            "pinned",
            MAPS.resolve(COUNTERS).toString(),
            "key",
            Integer.toString(index),
            "0",
            "0",
            "0");
    Matcher matcher = VALUE.matcher(found.replaceAll("\\s+", " "));
    if (!matcher.find()) {
      throw new IllegalStateException("no counter in what bpftool printed: " + found);
    }
    byte[] littleEndian = HexFormat.of().parseHex(matcher.group(1).replace(" ", ""));
    long value = 0;
    for (int i = littleEndian.length - 1; i >= 0; i--) {
      value = value << Byte.SIZE | Byte.toUnsignedLong(littleEndian[i]);
    }
    return value;
  }

  private String run(String... words) {
    return Command.of(node.apply(List.of(words))).run();
  }
}
