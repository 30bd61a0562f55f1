package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import io.conntracksync.node.session.DomainWatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The domains that are here, as far as was heard; hands changes on, and finds out those that were
 * not heard. For one thread.
 */
final class KnownDomains {
  private final DomainWatcher watcher;
  private final Map<String, DomainChange> known = new HashMap<>();

  KnownDomains(DomainWatcher watcher) {
    this.watcher = watcher;
  }

  void heard(String domain, DomainChange change) {
    if (change == DomainChange.GONE) {
      known.remove(domain);
    } else {
      known.put(domain, change);
    }
    watcher.changed(domain, change);
  }

  /**
   * These are all that are here now. A pause that was not heard is not told: it may be over for
   * long, on another node.
   */
  void found(Map<String, DomainChange> present) {
    for (String domain : List.copyOf(known.keySet())) {
      if (!present.containsKey(domain)) {
        heard(domain, DomainChange.GONE);
      }
    }
    present.forEach(
        (domain, state) -> {
          DomainChange before = known.get(domain);
          if (before == null || (state == DomainChange.RUNS && before != state)) {
            heard(domain, state);
          } else if (before == DomainChange.RUNS && state != before) {
            known.put(domain, DomainChange.SUSPENDED);
          }
        });
  }
}
