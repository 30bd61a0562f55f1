package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfMapInfo;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The four maps that hold a node's entries: TCP has one of its own for each family. */
enum CtMap {
  TCP4(Family.IPV4, "cilium_ct%s_global"),
  ANY4(Family.IPV4, "cilium_ct_any%s_global"),
  TCP6(Family.IPV6, "cilium_ct%s_global"),
  ANY6(Family.IPV6, "cilium_ct_any%s_global");

  private final Family family;
  private final String pattern;

  CtMap(Family family, String pattern) {
    this.family = family;
    this.pattern = pattern;
  }

  static CtMap of(CtKey key) {
    boolean tcp = key.protocol() == Protocol.TCP;
    return switch (key.family()) {
      case IPV4 -> tcp ? TCP4 : ANY4;
      case IPV6 -> tcp ? TCP6 : ANY6;
    };
  }

  Family family() {
    return family;
  }

  /** Under which it is pinned. */
  String pin() {
    return pattern.formatted(family.digit());
  }

  /**
   * Those that are there, opened before anything is written. Throws when none of the four is: then
   * this is no node with a running Cilium.
   */
  static Map<CtMap, BpfMap> findAll(PinnedMaps maps) throws TableException {
    Map<CtMap, BpfMap> found = new EnumMap<>(CtMap.class);
    for (CtMap map : values()) {
      map.find(maps).ifPresent(open -> found.put(map, open));
    }
    if (!found.isEmpty()) {
      return found;
    }
    throw new TableException(
        TableFault.MAPS_ABSENT,
        "no map of Cilium's is pinned, %s for one; is Cilium running, and is the node's bpffs here"
            .formatted(maps.path(TCP4.pin())));
  }

  /**
   * The map, from maps that are open, or empty: a node may do without a family. Refuses one that
   * cannot be Cilium's.
   */
  Optional<BpfMap> find(PinnedMaps maps) throws TableException {
    Optional<BpfMap> found = maps.find(pin());
    if (found.isPresent() && !isKnown(found.get().info())) {
      BpfMapInfo info = found.get().info();
      throw new TableException(
          TableFault.LAYOUT_UNKNOWN,
          "%s is of type %d with keys of %d and values of %d bytes; known are %d, %d and %d:"
                  .formatted(
                      maps.path(pin()),
                      info.type(),
                      info.keySize(),
                      info.valueSize(),
                      BpfMapInfo.LRU_HASH,
                      family.keyLength(),
                      CtValue.LENGTH)
              + " this Cilium is not supported");
    }
    return found;
  }

  private boolean isKnown(BpfMapInfo info) {
    return info.type() == BpfMapInfo.LRU_HASH
        && info.keySize() == family.keyLength()
        && info.valueSize() == CtValue.LENGTH;
  }
}
