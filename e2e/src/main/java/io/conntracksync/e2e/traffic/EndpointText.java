package io.conntracksync.e2e.traffic;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as people and the guest program read them: {@code 10.0.0.1:7}, {@code [::1]:7}. */
final class EndpointText {
  private EndpointText() {}

  static String of(InetSocketAddress endpoint) {
    String address = of(endpoint.getAddress());
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + endpoint.getPort();
  }

  /**
   * Without the scope: it names an interface of this machine only. The longest run of zero groups
   * is cut.
   */
  static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    String text = address.getHostAddress().replaceFirst("%.*", "");
    String longest = "";
    for (String run = "0:0"; run.length() <= 15; run += ":0") {
      if ((":" + text + ":").contains(":" + run + ":")) {
        longest = run;
      }
    }
    if (longest.isEmpty()) {
      return text;
    }
    String cut = (":" + text + ":").replaceFirst(":" + longest + ":", "::");
    String head = cut.startsWith("::") ? cut : cut.substring(1);
    return head.endsWith("::") ? head : head.substring(0, head.length() - 1);
  }
}
