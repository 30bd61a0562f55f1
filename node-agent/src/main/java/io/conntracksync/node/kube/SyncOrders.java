package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.PodReference;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import io.conntracksync.node.session.SyncOrder.Nodes;
import io.conntracksync.node.session.SyncOrder.Pods;
import io.conntracksync.node.session.SyncOrder.Witness;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Turns objects of the API, in which anything may be missing, into checked orders. Pure.
 *
 * <p>What a sync cannot do without (uid, nodes, addresses) is refused when unreadable. What only
 * shapes it (deadline, policy) falls back to what holds up a migration least: the agent's default
 * deadline and {@code Ignore}. The schema guards these fields, so an unreadable one comes from a
 * newer API.
 */
final class SyncOrders {
  /** The schema's bound of {@code spec.hookDeadline}. */
  static final Duration LONGEST_HOOK_DEADLINE = Duration.ofSeconds(5);

  /** The schema's bound of {@code spec.switchoverDeadline}. */
  static final Duration LONGEST_SWITCHOVER_DEADLINE = Duration.ofSeconds(1);

  /** The schema's default of {@code spec.switchoverDeadline}. */
  static final Duration DEFAULT_SWITCHOVER_DEADLINE = Duration.ofMillis(100);

  private final Duration defaultHookDeadline;

  SyncOrders(Duration defaultHookDeadline) {
    this.defaultHookDeadline = Objects.requireNonNull(defaultHookDeadline);
  }

  /** The order, or {@link Unreadable} with what is wrong. */
  SyncOrder read(ConntrackSync sync) throws Unreadable {
    ConntrackSyncSpec spec = sync.getSpec();
    if (spec == null) {
      throw new Unreadable("has no spec");
    }
    String uid = present("metadata.uid", sync.getMetadata().getUid());
    String namespace = present("metadata.namespace", sync.getMetadata().getNamespace());
    String name = present("metadata.name", sync.getMetadata().getName());
    return new SyncOrder(
        uid,
        namespace,
        name,
        domain(namespace, spec),
        new Nodes(
            present("spec.sourceNode", spec.sourceNode()),
            present("spec.targetNode", spec.targetNode())),
        addresses(spec.addresses()),
        hookDeadline(spec.hookDeadline()),
        switchoverDeadline(spec.switchoverDeadline()),
        spec.failurePolicy() == FailurePolicy.ABORT ? DeadlinePolicy.ABORT : DeadlinePolicy.IGNORE,
        spec.migration() == null ? Witness.LIBVIRT : Witness.OPERATOR,
        new Pods(uid(spec.sourcePod()), uid(spec.targetPod())));
  }

  private static Optional<String> uid(PodReference pod) {
    return Optional.ofNullable(pod).map(PodReference::uid);
  }

  private static String domain(String namespace, ConntrackSyncSpec spec) throws Unreadable {
    if (spec.domain() != null) {
      return spec.domain();
    }
    // KubeVirt's name of the libvirt domain.
    return namespace + "_" + present("spec.virtualMachineInstance", spec.virtualMachineInstance());
  }

  private static Set<InetAddress> addresses(List<String> texts) throws Unreadable {
    if (texts == null || texts.isEmpty()) {
      throw new Unreadable("spec.addresses is empty: name at least one address of the VM");
    }
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (String text : texts) {
      addresses.add(
          IpLiteral.parse(text)
              .orElseThrow(
                  () ->
                      new Unreadable(
                          "spec.addresses has '" + text + "', which is no IPv4 or IPv6 address")));
    }
    return addresses;
  }

  private Duration hookDeadline(String text) {
    return DurationText.parse(text)
        .filter(deadline -> deadline.compareTo(LONGEST_HOOK_DEADLINE) <= 0)
        .orElse(defaultHookDeadline);
  }

  private static Duration switchoverDeadline(String text) {
    return DurationText.parse(text)
        .filter(deadline -> deadline.compareTo(LONGEST_SWITCHOVER_DEADLINE) <= 0)
        .orElse(DEFAULT_SWITCHOVER_DEADLINE);
  }

  private static String present(String field, String value) throws Unreadable {
    if (value == null || value.isEmpty()) {
      throw new Unreadable(field + " is missing");
    }
    return value;
  }

  /** The object is no order; the message says which field and why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }
}
