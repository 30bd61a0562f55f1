package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names ids by the maps of this node. An id belongs to one address, port, protocol and scope; the
 * map of reverse translations knows the first two, and the service that has the id the others.
 */
final class MapNames implements IdNames {
  private static final List<Integer> SCOPES = List.of(ServiceName.EXTERNAL, ServiceName.INTERNAL);

  private final Map<Family, ServiceMaps> maps = new EnumMap<>(Family.class);
  private final Map<ServiceId, Optional<ServiceName>> known = new HashMap<>();

  private record ServiceId(Family family, int revNat, int protocol) {}

  MapNames(PinnedMaps pinned) {
    for (Family family : Family.values()) {
      maps.put(family, new ServiceMaps(pinned, family));
    }
  }

  @Override
  public Optional<ServiceName> service(Family family, int revNat, int protocol)
      throws TableException {
    ServiceId id = new ServiceId(family, revNat, protocol);
    Optional<ServiceName> name = known.get(id);
    if (name == null) {
      name = find(id);
      known.put(id, name);
    }
    return name;
  }

  private Optional<ServiceName> find(ServiceId id) throws TableException {
    ServiceMaps services = maps(id.family());
    Optional<ServiceName> reverse = services.reverse(id.revNat());
    if (reverse.isEmpty()) {
      return Optional.empty();
    }
    for (int protocol : Protocol.OF_SERVICES) {
      for (int scope : SCOPES) {
        ServiceName candidate = reverse.get().with(protocol, scope);
        Optional<IdLookup.LocalService> service = services.service(candidate);
        if (service.isPresent() && service.get().revNat() == id.revNat()) {
          return Optional.of(candidate);
        }
      }
    }
    // Deleted here while connections go on; the target may still have it, or have it again.
    return reverse.map(
        name ->
            name.with(
                Protocol.isIcmp(id.protocol()) ? Protocol.ANY : id.protocol(),
                ServiceName.EXTERNAL));
  }

  @Override
  public Optional<BackendName> backend(Family family, int id) throws TableException {
    return maps(family).backend(id);
  }

  private ServiceMaps maps(Family family) {
    return maps.get(family);
  }
}
