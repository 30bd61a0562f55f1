package io.conntracksync.e2e.bed;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where the firewalls of a bed's nodes have their connections, by the name of the backend. */
public enum Datapath {
  /** In the kernel's table. */
  NETFILTER,
  /** In maps as Cilium has them; beside them an agent as stock Cilium's. */
  CILIUM_BPF,
  /** In the same maps; the agent offers export and import of entries. */
  CILIUM_API;

  /** As it is written in settings: {@code cilium-bpf}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Of that name; throws with all the names when there is none. */
  public static Datapath of(String text) {
    return Arrays.stream(values())
        .filter(each -> each.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no data path \"%s\", only %s".formatted(text, names())));
  }

  private static String names() {
    return Arrays.stream(values()).map(Datapath::text).collect(Collectors.joining(", "));
  }

  /** Whether connections over addresses of this family can be moved: the API has no IPv6. */
  public boolean moves(String address) {
    return this != CILIUM_API || address.indexOf(':') < 0;
  }

  boolean isCilium() {
    return this != NETFILTER;
  }
}
