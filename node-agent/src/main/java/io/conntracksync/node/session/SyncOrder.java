package io.conntracksync.node.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent must know of one sync, checked.
 *
 * @param uid uid of the ConntrackSync: the identity of the session
 * @param namespace its namespace, for logs and status
 * @param name its name, for logs and status
 * @param domain libvirt domain name on the target
 * @param nodes that the VM leaves and reaches
 * @param addresses addresses of the VM, at least one
 * @param hookDeadline how long the hook may wait
 * @param switchoverDeadline how long the VM's switchover may be held for the last changes
 * @param deadlinePolicy what happens when it has waited that long
 * @param witness who sees how the sync ends
 * @param pods the launcher pods of a VM of KubeVirt
 */
public record SyncOrder(
    String uid,
    String namespace,
    String name,
    String domain,
    Nodes nodes,
    Set<InetAddress> addresses,
    Duration hookDeadline,
    Duration switchoverDeadline,
    DeadlinePolicy deadlinePolicy,
    Witness witness,
    Pods pods) {
  public SyncOrder {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(nodes, "nodes");
    Objects.requireNonNull(hookDeadline, "hookDeadline");
    Objects.requireNonNull(switchoverDeadline, "switchoverDeadline");
    Objects.requireNonNull(deadlinePolicy, "deadlinePolicy");
    Objects.requireNonNull(witness, "witness");
    Objects.requireNonNull(pods, "pods");
    addresses = Set.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException(
          "a sync without addresses: name at least one address of the VM");
    }
  }

  /** Of a sync that names its migration, for a VM that runs in no pods. */
  public SyncOrder(
      String uid,
      String namespace,
      String name,
      String domain,
      Nodes nodes,
      Set<InetAddress> addresses,
      Duration hookDeadline,
      Duration switchoverDeadline,
      DeadlinePolicy deadlinePolicy) {
    this(
        uid,
        namespace,
        name,
        domain,
        nodes,
        addresses,
        hookDeadline,
        switchoverDeadline,
        deadlinePolicy,
        Witness.OPERATOR,
        Pods.NONE);
  }

  /** Who sees how a sync ends. */
  public enum Witness {
    /** The operator, from the migration that the sync names. */
    OPERATOR,
    /** The target's agent, from what its libvirt says of the domain: the sync was made by hand. */
    LIBVIRT
  }

  /** Names of the node that the VM leaves and of the one that it reaches: whose agents speak. */
  public record Nodes(String source, String target) {
    public Nodes {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(target, "target");
    }
  }

  /** The uids of the pod that the VM leaves and of the one that it reaches, as far as known. */
  public record Pods(Optional<String> source, Optional<String> target) {
    public static final Pods NONE = new Pods(Optional.empty(), Optional.empty());

    public Pods {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(target, "target");
    }
  }

  /** What happens when the entries are not imported by the hook's deadline. */
  public enum DeadlinePolicy {
    /** The migration goes on without the entries. */
    IGNORE,
    /** The hook fails the migration; the VM stays on its source. */
    ABORT
  }
}
