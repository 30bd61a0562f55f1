package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.Witness;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides what an object asks of this node. Pure: the same object always means the same.
 *
 * <table>
 * <caption>What the entries on the target become at the end</caption>
 * <tr><td>Completed</td><td>kept: the VM runs there</td></tr>
 * <tr><td>Failed, Cancelled</td><td>taken out: the VM runs on the source</td></tr>
 * <tr><td>Expired, Skipped; gone before any end, of a migration or in a phase of a newer API</td>
 * <td>kept: nobody knows where the VM ended up. Taking out the entries of a VM that runs here would
 * cut its connections; entries of a VM that does not are harmless and time out</td></tr>
 * <tr><td>gone before any end, made by hand</td><td>taken out: libvirt would have said that the VM
 * runs here</td></tr>
 * </table>
 */
final class SyncReader {
  private final SyncOrders orders;

  SyncReader(Duration defaultHookDeadline) {
    this.orders = new SyncOrders(defaultHookDeadline);
  }

  /** For an object that exists; one that is about to be deleted does its work until it is gone. */
  Instruction read(ConntrackSync sync) {
    try {
      return read(sync, orders.read(sync));
    } catch (SyncOrders.Unreadable unreadable) {
      return new Instruction.Refused(unreadable.getMessage());
    }
  }

  /** For an object that is gone, by its last known state. */
  Instruction readGone(ConntrackSync sync) {
    try {
      SyncOrder order = orders.read(sync);
      return new Instruction.End(
          order, conclusion(phase(sync)).orElseGet(() -> withoutEnd(order, phase(sync))));
    } catch (SyncOrders.Unreadable unreadable) {
      return new Instruction.Refused(unreadable.getMessage());
    }
  }

  private static Instruction read(ConntrackSync sync, SyncOrder order) {
    Optional<Conclusion> conclusion = conclusion(phase(sync));
    if (conclusion.isPresent()) {
      return new Instruction.End(order, conclusion.get());
    }
    return switch (phase(sync)) {
      case ASSIGNED, SYNCING, IMPORTED -> start(order, sync.getStatus().assignment());
      case PENDING, COMPLETED, FAILED, CANCELLED, EXPIRED, SKIPPED, UNRECOGNISED ->
          new Instruction.Wait();
    };
  }

  private static Instruction start(SyncOrder order, Assignment assignment) {
    if (assignment == null || assignment.port() == null) {
      return new Instruction.Wait();
    }
    Optional<InetAddress> address = IpLiteral.parse(assignment.address());
    if (address.isEmpty()) {
      return new Instruction.Refused(
          "status.assignment.address is '" + assignment.address() + "', which is no address");
    }
    int port = assignment.port();
    if (port < 1 || port > 65535) {
      return new Instruction.Refused("status.assignment.port is " + port + ", which is no port");
    }
    return new Instruction.Start(order, new Endpoint(address.get(), port));
  }

  private static Conclusion withoutEnd(SyncOrder order, Phase phase) {
    return order.witness() == Witness.LIBVIRT && phase != Phase.UNRECOGNISED
        ? Conclusion.ROLL_BACK
        : Conclusion.KEEP;
  }

  private static Optional<Conclusion> conclusion(Phase phase) {
    return switch (phase) {
      case COMPLETED, EXPIRED, SKIPPED -> Optional.of(Conclusion.KEEP);
      case FAILED, CANCELLED -> Optional.of(Conclusion.ROLL_BACK);
      case PENDING, ASSIGNED, SYNCING, IMPORTED, UNRECOGNISED -> Optional.empty();
    };
  }

  private static Phase phase(ConntrackSync sync) {
    ConntrackSyncStatus status = sync.getStatus();
    return status == null || status.phase() == null ? Phase.PENDING : status.phase();
  }
}
