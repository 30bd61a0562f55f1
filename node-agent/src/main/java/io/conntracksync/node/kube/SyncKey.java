package io.conntracksync.node.kube;

import io.conntracksync.node.session.SyncOrder;
import java.util.Objects;

/** One sync of the API server: names are used again, the uid is not. */
record SyncKey(String namespace, String name, String uid) {
  SyncKey {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(uid, "uid");
  }

  static SyncKey of(SyncOrder order) {
    return new SyncKey(order.namespace(), order.name(), order.uid());
  }
}
