package io.conntracksync.e2e.bed;

import java.util.List;
import java.util.stream.Stream;

/**
 * The services that the guest can reach, and their ids on each node. The nodes have counted
 * differently: an id that is taken to the other node as it is means another service there, whose
 * backend nobody is.
 */
final class ServicePlan {
  private static final int PORT = 80;
  private static final int BACKEND_PORT = 8080;
  private static final DualStack NOBODY = new DualStack("10.10.0.60", "fd00:10::60");

  /** Of a service's two addresses, as Cilium counts them. */
  private record Ids(int v4, int v6) {}

  private static final Ids ONE = new Ids(5, 6);
  private static final Ids OTHER = new Ids(9, 10);
  private static final Ids BACKEND = new Ids(37, 38);
  private static final Ids OTHER_BACKEND = new Ids(52, 53);
  private static final Ids ELSEWHERE = new Ids(61, 62);

  private ServicePlan() {}

  /** Those that lead to the client. */
  static List<LocalService> toClient(String node) {
    return isFirst(node)
        ? services(Plan.SERVICE, Plan.CLIENT, ONE, BACKEND)
        : services(Plan.SERVICE, Plan.CLIENT, OTHER, OTHER_BACKEND);
  }

  /** All that the node's maps hold. */
  static List<LocalService> all(String node, Datapath datapath) {
    return Stream.concat(toClient(node).stream(), toNobody(node, datapath).stream()).toList();
  }

  private static List<LocalService> toNobody(String node, Datapath datapath) {
    return services(
        Plan.OTHER_SERVICE,
        NOBODY,
        isFirst(node) ? OTHER : ONE,
        // The API carries the ids of backends as they are: one that names another backend would
        // end the connection there, in Cilium too.
        datapath == Datapath.CILIUM_API ? ELSEWHERE : isFirst(node) ? OTHER_BACKEND : BACKEND);
  }

  private static boolean isFirst(String node) {
    return node.equals(Plan.NAME_A);
  }

  private static List<LocalService> services(
      DualStack address, DualStack backend, Ids ids, Ids backendIds) {
    return List.of(
        new LocalService(address.v4(), PORT, backend.v4(), BACKEND_PORT, ids.v4(), backendIds.v4()),
        new LocalService(
            address.v6(), PORT, backend.v6(), BACKEND_PORT, ids.v6(), backendIds.v6()));
  }
}
