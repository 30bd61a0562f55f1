package io.conntracksync.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.gatekeeping.HookAnswer;
import io.conntracksync.node.gatekeeping.HookDesk;
import io.conntracksync.node.gatekeeping.Pending;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a hook in a launcher pod may ask about. */
class OneDomainDeskTest {
  private final List<String> asked = new ArrayList<>();
  private final OneDomainDesk desk = new OneDomainDesk("shop_db", new Recording());

  @Test
  void ofItsOwnDomainItMayAskEverything() {
    desk.incoming("shop_db", "u");
    assertThat(answer(desk.await("shop_db", "u"))).isEqualTo(new HookAnswer.Ok("Imported"));
    assertThat(answer(desk.awaitOnly())).isEqualTo(new HookAnswer.Ok("Imported"));

    assertThat(asked).containsExactly("incoming shop_db u", "wait shop_db u", "wait shop_db -");
  }

  @Test
  void ofAnotherItLearnsNothingAndChangesNothing() {
    desk.incoming("shop_web", "u");
    assertThat(answer(desk.await("shop_web", "u"))).isEqualTo(new HookAnswer.Ok("NotMigrating"));

    assertThat(asked).isEmpty();
  }

  private static HookAnswer answer(Pending<HookAnswer> pending) {
    return pending.answer().toCompletableFuture().join();
  }

  private final class Recording implements HookDesk {
    @Override
    public void incoming(String domain, String uuid) {
      asked.add("incoming " + domain + " " + uuid);
    }

    @Override
    public Pending<HookAnswer> await(String domain, String uuid) {
      asked.add("wait " + domain + " " + uuid);
      return Pending.ready(new HookAnswer.Ok("Imported"));
    }

    @Override
    public Pending<HookAnswer> awaitOnly() {
      throw new AssertionError("a pod's hook means its own domain");
    }
  }
}
