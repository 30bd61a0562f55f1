package io.conntracksync.e2e.chart;

import io.conntracksync.e2e.controlplane.ControlPlane;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Everything that an API server has, of every kind that can be listed. */
public final class Inventory {
  /** Not objects, or not kept: the state of components, and what happened. */
  private static final Set<String> PASSING =
      Set.of("componentstatuses", "events", "events.events.k8s.io");

  private final ControlPlane controlPlane;

  public Inventory(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  /** {@code Kind namespace/name} of each object, without a namespace where there is none. */
  public Set<String> now() {
    String kinds =
        controlPlane
            .adminKubectl("api-resources", "--verbs=list", "--output=name")
            .run()
            .lines()
            .filter(kind -> !PASSING.contains(kind))
            .collect(Collectors.joining(","));
    return controlPlane
        .adminKubectl(
            "get",
            kinds,
            "--all-namespaces",
            "--output=jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}"
                + "{\"\\n\"}{end}")
        .run()
        .lines()
        // The accounts that a controller makes for namespaces, whenever it comes to it.
        .filter(object -> !object.matches("ServiceAccount .*/default"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
