package io.conntracksync.operator.ports;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One sync asks for a port of one node.
 *
 * @param tenancies of that node, as the cache has them, the asking sync's own included
 * @param others syncs of that node that have no port either
 * @param refused the port that the target could not bind, if that is why it asks again
 */
public record PortRequest(
    String node,
    Waiter asking,
    Ports range,
    List<Tenancy> tenancies,
    List<Waiter> others,
    OptionalInt refused) {
  public PortRequest {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(asking, "asking");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(refused, "refused");
    tenancies = List.copyOf(tenancies);
    others = List.copyOf(others);
  }
}
