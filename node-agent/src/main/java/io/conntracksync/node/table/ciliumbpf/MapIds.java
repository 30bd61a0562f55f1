package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfWalk;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.WalkRoom;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks ids up in the maps of this node.
 *
 * <p>Services are tried under the name's own protocol, then under none (Cilium up to 1.18), then
 * under any other if the name has none, and in the other scope last: a node may have one where the
 * other has two. Backends are only found by reading all of them, once for each batch of entries.
 */
final class MapIds implements IdLookup {
  private static final int ENTRIES_AT_A_TIME = 1024;

  /** u32 bits, u16 cluster, zero, family u8 (1, 2), address 16. */
  private static final int IDENTITY_KEY = 24;

  private static final int IDENTITY_FAMILY = 7;
  private static final int IDENTITY_ADDRESS = 8;
  private static final int IDENTITY_BITS_BEFORE_ADDRESS = 32;
  private static final int IDENTITY_VALUE = 4;

  private final PinnedMaps pinned;
  private final Generation generation;

  MapIds(PinnedMaps pinned, Generation generation) {
    this.pinned = pinned;
    this.generation = generation;
  }

  @Override
  public Optional<LocalService> service(ServiceName name) throws TableException {
    ServiceMaps maps = new ServiceMaps(pinned, Family.of(name.address()));
    for (ServiceName candidate : candidates(name)) {
      Optional<LocalService> found = maps.service(candidate);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Set<ServiceName> candidates(ServiceName name) {
    Set<Integer> protocols = new LinkedHashSet<>();
    protocols.add(name.protocol());
    protocols.add(Protocol.ANY);
    if (name.protocol() == Protocol.ANY) {
      protocols.addAll(Protocol.OF_SERVICES);
    }
    int otherScope = ServiceName.INTERNAL - name.scope();
    Set<ServiceName> candidates = new LinkedHashSet<>();
    protocols.forEach(protocol -> candidates.add(name.with(protocol, name.scope())));
    protocols.forEach(protocol -> candidates.add(name.with(protocol, otherScope)));
    return candidates;
  }

  @Override
  public Map<BackendName, Integer> backends(Set<BackendName> names) throws TableException {
    Map<BackendName, Integer> found = new HashMap<>();
    for (Family family : Family.values()) {
      Set<BackendName> wanted =
          names.stream()
              .filter(name -> Family.of(name.address()) == family)
              .collect(Collectors.toSet());
      if (!wanted.isEmpty()) {
        find(new ServiceMaps(pinned, family), wanted, found);
      }
    }
    return found;
  }

  private static void find(
      ServiceMaps maps, Set<BackendName> wanted, Map<BackendName, Integer> found)
      throws TableException {
    Optional<BpfMap> backends = maps.backends();
    if (backends.isEmpty()) {
      return;
    }
    byte[] value = new byte[backends.get().info().valueSize()];
    BpfWalk walk = backends.get().walk(new WalkRoom(ENTRIES_AT_A_TIME));
    try {
      while (walk.next()) {
        for (int i = 0; i < walk.count(); i++) {
          walk.values().get(i * value.length, value);
          int id = walk.keys().getInt(i * ServiceMaps.BACKEND_KEY);
          maps.backend(value).ifPresent(backend -> note(backend, id, wanted, found));
        }
      }
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }

  private static void note(
      BackendName backend, int id, Set<BackendName> wanted, Map<BackendName, Integer> found) {
    for (BackendName name : wanted) {
      if (name.equals(backend)) {
        found.put(name, id);
      } else if (name.isSameAs(backend)) {
        found.putIfAbsent(name, id);
      }
    }
  }

  @Override
  public Optional<Integer> identity(InetAddress address) throws TableException {
    Optional<BpfMap> identities =
        pinned.find(generation.identityMap(), IDENTITY_KEY, IDENTITY_VALUE);
    if (identities.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = address.getAddress();
    byte[] key = new byte[IDENTITY_KEY];
    ByteBuffer.wrap(key)
        .order(ByteOrder.nativeOrder())
        .putInt(0, IDENTITY_BITS_BEFORE_ADDRESS + bytes.length * Byte.SIZE)
        .put(IDENTITY_FAMILY, (byte) (Family.of(address) == Family.IPV4 ? 1 : 2))
        .put(IDENTITY_ADDRESS, bytes);
    try {
      return identities
          .get()
          .lookup(key)
          .map(value -> ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }
}
