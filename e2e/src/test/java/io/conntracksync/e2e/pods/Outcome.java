package io.conntracksync.e2e.pods;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.SwitchoverStatus;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a migration came to.
 *
 * @param translated entries of the guest's connections in the target pod's table afterwards
 * @param heard libvirts that the source's agent listened to when the VM was gone
 * @param hooks what the target's agent counted of hooks for launchers, by result
 * @param source the root of the launcher that the VM left
 * @param target the root of the one that it reached
 */
record Outcome(
    TrafficResult traffic,
    ConntrackSync sync,
    long translated,
    double heard,
    Map<String, Double> hooks,
    Traces source,
    Traces target) {

  /**
   * All files of a launcher that outlast a migration, at three moments.
   *
   * @param before nothing of the product has been there
   * @param during the entries are imported, the VM has not moved
   * @param after the sync has ended
   */
  record Traces(List<String> before, List<String> during, List<String> after) {}

  Optional<SwitchoverStatus> switchover() {
    return Optional.ofNullable(sync.getStatus().source().switchover());
  }

  Optional<Condition> condition(String type) {
    return sync.getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }
}
