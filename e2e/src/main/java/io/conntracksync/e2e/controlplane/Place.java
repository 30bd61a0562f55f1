package io.conntracksync.e2e.controlplane;

import java.util.List;

/**
 * Where a control plane runs.
 *
 * @param enter the words before each program, such as {@code ip netns exec fabric}; the last of
 *     them must become the program ({@code exec}), because it is ended by its process id
 * @param address the address on which the API server listens; this process must reach it too
 */
public record Place(List<String> enter, String address) {
  public Place {
    enter = List.copyOf(enter);
  }

  /** On this machine, for this machine alone. */
  public static Place loopback() {
    return new Place(List.of(), "127.0.0.1");
  }
}
