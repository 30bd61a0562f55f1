package io.conntracksync.e2e.bed;

/**
 * The rules of a launcher pod, as {@code nft -f} reads them: what comes for the pod goes to the
 * guest, and what the guest sends has the pod's address, as in KubeVirt's masquerade binding with
 * all ports.
 */
final class MasqueradeRules {
  private MasqueradeRules() {}

  static String text() {
    DualStack guest = Binding.MASQUERADE.guest();
    return family("ip", guest.v4()) + family("ip6", guest.v6());
  }

  private static String family(String family, String guest) {
    return """
    add table %1$s nat
    delete table %1$s nat
    table %1$s nat {
      chain prerouting {
        type nat hook prerouting priority dstnat;
        iifname "%3$s" counter dnat to %2$s
      }
      chain postrouting {
        type nat hook postrouting priority srcnat;
        %1$s saddr %2$s counter masquerade
      }
    }
    """
        .formatted(family, guest, Pod.UPLINK);
  }
}
