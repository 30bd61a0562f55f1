package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A fake: a node's services, backends and identities in memory. */
final class FakeIds implements IdNames, IdLookup {
  private final Map<ServiceName, LocalService> services = new HashMap<>();
  private final Map<BackendName, Integer> backends = new HashMap<>();
  private final Map<InetAddress, Integer> identities = new HashMap<>();

  FakeIds service(ServiceName name, int id, Delivery delivery) {
    services.put(name, new LocalService(id, delivery));
    return this;
  }

  FakeIds backend(BackendName name, int id) {
    backends.put(name, id);
    return this;
  }

  FakeIds identity(InetAddress address, int number) {
    identities.put(address, number);
    return this;
  }

  @Override
  public Optional<ServiceName> service(Family family, int revNat, int protocol) {
    return services.entrySet().stream()
        .filter(each -> each.getValue().revNat() == revNat)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public Optional<BackendName> backend(Family family, int id) {
    return backends.entrySet().stream()
        .filter(each -> each.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public Optional<LocalService> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }

  @Override
  public Map<BackendName, Integer> backends(Set<BackendName> names) {
    return names.stream()
        .filter(backends::containsKey)
        .collect(Collectors.toMap(name -> name, backends::get));
  }

  @Override
  public Optional<Integer> identity(InetAddress address) {
    return Optional.ofNullable(identities.get(address));
  }
}
