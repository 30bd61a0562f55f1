package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.traffic.PeerSettings;

/**
 * Datagrams of the VM over many flows, each of which changes an entry: the first makes it, every
 * other one is given another mark, and now and then a label, by the source's rules. They stop with
 * the VM's CPUs, exactly, so that there is a last state to compare. The target's rules drop them
 * before they are tracked, else the VM would go on changing entries there.
 */
final class VmChurn {
  static final int FLOWS = 2000;
  private static final int FIRST_PORT = 50_000;
  private static final String PORTS = FIRST_PORT + "-" + (FIRST_PORT + FLOWS - 1);

  // What follows a map's last entry must be a line end for nft 1.0.6.
  private static final String SOURCE_RULES =
      """
      table inet churn {
        chain change {
          type filter hook forward priority filter - 5;
          iifname "vmbr" udp dport %1$s ct mark set numgen inc mod 1000003
          iifname "vmbr" udp dport %1$s numgen inc mod 5 0 ct label set 20
          iifname "vmbr" udp dport %1$s numgen inc mod 7 0 ct label set 101
        }
      }
      """;

  // Labels are kept, and translation is done, only where a rule set could use them.
  private static final String TARGET_RULES =
      """
      table inet churn {
        chain stop {
          type filter hook prerouting priority raw;
          iifname "vmbr" udp dport %1$s drop
        }
        chain labels {
          type filter hook forward priority filter - 5;
          udp dport 1 udp sport 1 ct label set 20
        }
      }
      """;

  private static final String NAT_RULES =
      """
      table ip churn-nat {
        chain post {
          type nat hook postrouting priority srcnat;
        }
      }
      """;

  // Nobody answers, not even that nobody is there.
  private static final String CLIENT_RULES =
      """
      table inet churn {
        chain silent {
          type filter hook input priority filter;
          udp dport %1$s drop
        }
      }
      """;

  private final Bed bed;
  private final VirtualMachine vm;

  VmChurn(Bed bed, VirtualMachine vm) {
    this.bed = bed;
    this.vm = vm;
  }

  void prepare(Node source, Node target) {
    for (Node node : bed.nodes()) {
      // Long enough that no entry of the test runs out.
      node.command("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=600").run();
    }
    source.command("nft", "-f", "-").reading(SOURCE_RULES.formatted(PORTS) + NAT_RULES).run();
    target.command("nft", "-f", "-").reading(TARGET_RULES.formatted(PORTS) + NAT_RULES).run();
    bed.client().command("nft", "-f", "-").reading(CLIENT_RULES.formatted(PORTS)).run();
  }

  /** So many datagrams a second from now on, if the emulated VM can. */
  void start(int perSecond) {
    tell(
        "churn %s %d %d %d".formatted(bed.client().addresses().v4(), FIRST_PORT, FLOWS, perSecond));
  }

  void end() {
    tell("calm");
  }

  private void tell(String order) {
    String answer =
        bed.client()
            .command(
                "timeout",
                "20",
                "busybox",
                "nc",
                vm.addresses().v4(),
                Integer.toString(PeerSettings.CONTROL_PORT))
            .reading(order + "\n")
            .run();
    if (!answer.startsWith("ok ")) {
      throw new IllegalStateException(
          "the guest was told \"" + order + "\" and answered \"" + answer + "\"");
    }
  }

  /** Deletes those of the flows whose mark ends in these six bits; the VM makes them anew. */
  static void deleteSome(Node node, String address, int sixBits) {
    // It fails when there is none at the moment.
    node.command("conntrack", "-D", "-p", "udp", "-s", address, "-m", sixBits + "/63").tryRun();
  }
}
