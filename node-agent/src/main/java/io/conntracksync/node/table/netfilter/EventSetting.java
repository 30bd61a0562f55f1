package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.linux.NetworkSetting;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.TableException;
import java.io.IOException;

/**
 * {@code nf_conntrack_events} of a namespace: 0 no events, 1 for every entry, 2 for entries made
 * while somebody listens (the default). It counts when an entry is made: setting it later does
 * nothing for an entry that is there already (nf_ct_ecache_ext_add in
 * net/netfilter/nf_conntrack_ecache.c).
 */
final class EventSetting {
  private static final int NEVER = 0;
  private static final int ALWAYS = 1;

  private final NetworkSetting setting;
  private final int atFirst;

  private EventSetting(NetworkSetting setting, int atFirst) {
    this.setting = setting;
    this.atFirst = atFirst;
  }

  static EventSetting of(NetworkNamespace namespace) throws TableException {
    NetworkSetting setting = new NetworkSetting(namespace, "netfilter/nf_conntrack_events");
    return new EventSetting(setting, read(setting));
  }

  /** As it is now. */
  EventCoverage coverage() throws TableException {
    int now = read(setting);
    if (now == NEVER) {
      return EventCoverage.NONE;
    }
    return now == ALWAYS && atFirst == ALWAYS ? EventCoverage.ALL : EventCoverage.NEW_ENTRIES_ONLY;
  }

  void always() throws TableException {
    try {
      setting.write(ALWAYS);
    } catch (IOException e) {
      throw new TableException(e.getMessage(), e);
    }
  }

  /** A kernel without the setting was built without events. */
  private static int read(NetworkSetting setting) throws TableException {
    try {
      return setting.read().orElse(NEVER);
    } catch (IOException e) {
      throw new TableException(e.getMessage(), e);
    }
  }
}
