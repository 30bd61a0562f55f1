package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import java.util.Optional;

/**
 * Which flows of this node's pods leave under the node's own address, by Cilium's maps of source
 * translations: their keys are those of entries, with both ends as in the packet. Source:
 * facts/cilium.md, 8.5.
 */
final class Masquerades {
  private static final String PATTERN = "cilium_snat_v%s_external";
  private static final int LEAST_VALUE = 1;

  private final PinnedMaps maps;

  Masquerades(PinnedMaps maps) {
    this.maps = maps;
  }

  /** Whether the pod opened this flow, and its answers come to the node's address. */
  boolean contain(CtKey key) throws TableException {
    if (key.flags() != CtKey.OUT) {
      return false;
    }
    Optional<BpfMap> translations =
        maps.find(PATTERN.formatted(key.family().digit()), key.family().keyLength(), LEAST_VALUE);
    if (translations.isEmpty()) {
      return false;
    }
    try {
      return translations.get().lookup(asInThePacket(key).encode().bytes()).isPresent();
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }

  static CtKey asInThePacket(CtKey key) {
    return new CtKey(
        /* destination= */ key.source(),
        /* source= */ key.destination(),
        key.destinationPort(),
        key.sourcePort(),
        key.protocol(),
        CtKey.OUT);
  }
}
