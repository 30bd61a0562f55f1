package io.conntracksync.node.table.ciliumbpf;

/**
 * Versions of Cilium whose entries have one layout. Size and key are equal in all of them, so the
 * map itself does not tell: the version does.
 */
enum Generation {
  /** 1.15: counters by direction at 0 and 8, interface index at 40. */
  V1_15,
  /** 1.16, 1.17: backend id at 8, interface index at 40. */
  V1_16,
  /** 1.18: as 1.16, nothing at 40. */
  V1_18,
  /** 1.19, 1.20: NAT address at 0 to 15, NAT port at 40. */
  V1_19;

  /** Whether an entry itself holds the address that replies are translated to. */
  boolean holdsNat() {
    return this == V1_19;
  }

  /** Under which name the identities of addresses are pinned. */
  String identityMap() {
    return this == V1_15 || this == V1_16 ? "cilium_ipcache" : "cilium_ipcache_v2";
  }
}
