package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import java.util.Optional;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.StartedDetail;

/** libvirt's words in ours. Pure. */
final class DomainEvents {
  private DomainEvents() {}

  /** What the event means; nothing for those after which a domain is where and as it was. */
  static Optional<DomainChange> change(DomainEvent event) {
    return switch (event.getType()) {
      case STARTED -> Optional.of(isIncoming(event) ? DomainChange.CAME : DomainChange.RUNS);
      // Whatever for: post-copy has reasons of its own, of which the bindings do not know.
      case SUSPENDED -> Optional.of(DomainChange.SUSPENDED);
      case RESUMED -> Optional.of(DomainChange.RUNS);
      case STOPPED -> Optional.of(DomainChange.GONE);
      case DEFINED, UNDEFINED, SHUTDOWN, PMSUSPENDED, CRASHED, UNKNOWN -> Optional.empty();
    };
  }

  /** How a domain is that is found here; nothing for one that does not run. */
  static Optional<DomainChange> found(DomainState state) {
    return switch (state) {
      case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED -> Optional.of(DomainChange.RUNS);
      // Whether it has ever run here, nobody knows.
      case VIR_DOMAIN_PAUSED -> Optional.of(DomainChange.CAME);
      case VIR_DOMAIN_NOSTATE,
          VIR_DOMAIN_SHUTDOWN,
          VIR_DOMAIN_SHUTOFF,
          VIR_DOMAIN_CRASHED,
          VIR_DOMAIN_PMSUSPENDED ->
          Optional.empty();
    };
  }

  private static boolean isIncoming(DomainEvent event) {
    return event.<StartedDetail>getDetail() == StartedDetail.MIGRATED;
  }
}
