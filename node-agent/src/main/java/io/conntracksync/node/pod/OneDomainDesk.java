package io.conntracksync.node.pod;

import io.conntracksync.node.gatekeeping.HookAnswer;
import io.conntracksync.node.gatekeeping.HookDesk;
import io.conntracksync.node.gatekeeping.Pending;
import io.conntracksync.node.session.HookVerdict.Because;

/**
 * Answers the hooks of one pod: they have a say about the domain that comes into it, and no other.
 */
public record OneDomainDesk(String domain, HookDesk desk) implements HookDesk {
  /** Of a hook that does not know it. */
  private static final String NO_UUID = "-";

  @Override
  public void incoming(String name, String uuid) {
    if (domain.equals(name)) {
      desk.incoming(name, uuid);
    }
  }

  @Override
  public Pending<HookAnswer> await(String name, String uuid) {
    return domain.equals(name)
        ? desk.await(name, uuid)
        : Pending.ready(new HookAnswer.Ok(Because.NOT_MIGRATING.text()));
  }

  @Override
  public Pending<HookAnswer> awaitOnly() {
    return desk.await(domain, NO_UUID);
  }
}
