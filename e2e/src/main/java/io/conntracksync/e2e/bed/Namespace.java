package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.util.ArrayList;
import java.util.List;

/** A network namespace, by the name under which {@code ip netns} knows it. */
record Namespace(String name) {

  /** Makes it, as the place of a host: it takes no redirects and uses its addresses at once. */
  static Namespace create(String name) {
    Command.of("ip", "netns", "add", name).run();
    Namespace namespace = new Namespace(name);
    // Before any link is there: a link copies the default of the moment in which it is made.
    namespace.sysctl(
        // No duplicate address detection: an IPv6 address would be unusable for a second or more.
        "net.ipv6.conf.all.accept_dad=0",
        "net.ipv6.conf.default.accept_dad=0",
        // The fabric forwards out of the link on which a packet came. A host that is told so would
        // send to the node itself from then on, and go on doing so after the guest has moved.
        "net.ipv4.conf.all.send_redirects=0",
        "net.ipv4.conf.default.send_redirects=0",
        "net.ipv4.conf.all.accept_redirects=0",
        "net.ipv4.conf.default.accept_redirects=0",
        "net.ipv6.conf.all.accept_redirects=0",
        "net.ipv6.conf.default.accept_redirects=0",
        // Ways there and back differ: to the guest over the fabric, from it directly.
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0");
    namespace.ip("link", "set", "lo", "up");
    return namespace;
  }

  /** Makes it, as the place of a router. */
  static Namespace createRouter(String name) {
    Namespace namespace = create(name);
    namespace.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    return namespace;
  }

  /** Those that exist now and whose names start so. */
  static List<Namespace> existing(String prefix) {
    return Command.of("ip", "netns", "list")
        .run()
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(name -> name.startsWith(prefix))
        .map(Namespace::new)
        .toList();
  }

  /** The words that run these words inside; the process becomes the program itself. */
  List<String> enter(String... words) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(words));
    return all;
  }

  String ip(String... words) {
    return Command.of(words).after(List.of("ip", "-n", name)).run();
  }

  void addAddresses(String link, DualStack addresses) {
    for (String address : Plan.withPrefixLength(addresses).both()) {
      ip("addr", "add", address, "dev", link);
    }
  }

  void sysctl(String... assignments) {
    Command.of(assignments).after(enter("sysctl", "-qw")).run();
  }

  /** Every process that is in it now. */
  List<Long> processes() {
    return Command.of("ip", "netns", "pids", name).run().lines().map(Long::valueOf).toList();
  }

  void delete() {
    Command.of("ip", "netns", "del", name).run();
  }
}
