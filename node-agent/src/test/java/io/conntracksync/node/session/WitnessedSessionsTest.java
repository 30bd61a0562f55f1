package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import io.conntracksync.node.session.SyncOrder.Witness;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WitnessedSessionsTest {
  private static final String DOMAIN = "web";
  private static final Endpoint HERE = new Endpoint(InetAddress.getLoopbackAddress(), 28152);

  private final List<String> ends = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private final WitnessedSessions sessions =
      new WitnessedSessions(
          new Sessions() {
            @Override
            public void assigned(SyncOrder order, Endpoint endpoint) {
              // Only ends matter here.
            }

            @Override
            public void concluded(SyncOrder order, Conclusion conclusion) {
              ends.add(order.uid() + " " + conclusion);
            }
          },
          (duration, work) -> later.add(work));

  @Test
  void aDomainThatRunsHereHasCome() {
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    sessions.changed(DOMAIN, DomainChange.CAME);
    assertThat(ends).isEmpty();

    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.changed(DOMAIN, DomainChange.GONE);
    assertThat(ends).as("the last changes may still come").isEmpty();

    later.forEach(Runnable::run);
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    assertThat(later).hasSize(1);
    assertThat(ends).containsExactly("a KEEP");
  }

  @Test
  void aDomainThatIsGoneWithoutHavingRunHasNotCome() {
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    sessions.changed(DOMAIN, DomainChange.CAME);
    sessions.changed(DOMAIN, DomainChange.GONE);

    assertThat(ends).containsExactly("a ROLL_BACK");
  }

  @Test
  void aDomainThatWasNeverHereIsStillExpected() {
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    sessions.changed(DOMAIN, DomainChange.GONE);
    sessions.changed("another", DomainChange.RUNS);

    assertThat(later).isEmpty();
    assertThat(ends).isEmpty();
  }

  @Test
  void aDomainThatRunsAlreadyCameWhileTheAgentWasAway() {
    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);

    later.forEach(Runnable::run);
    assertThat(ends).containsExactly("a KEEP");
  }

  @Test
  void aDomainThatLeftAndComesBackIsExpectedAgain() {
    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.changed(DOMAIN, DomainChange.SUSPENDED);
    sessions.changed(DOMAIN, DomainChange.GONE);
    sessions.assigned(order("back", Witness.LIBVIRT), HERE);

    assertThat(later).isEmpty();
    assertThat(ends).isEmpty();
  }

  @Test
  void aSyncWithAMigrationEndsByThatAlone() {
    sessions.assigned(order("a", Witness.OPERATOR), HERE);
    sessions.changed(DOMAIN, DomainChange.CAME);
    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.changed(DOMAIN, DomainChange.GONE);

    assertThat(later).isEmpty();
    assertThat(ends).isEmpty();
  }

  @Test
  void whatTheOperatorHasEndedEndsOnce() {
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    sessions.concluded(order("a", Witness.LIBVIRT), Conclusion.ROLL_BACK);
    sessions.changed(DOMAIN, DomainChange.RUNS);

    assertThat(later).isEmpty();
    assertThat(ends).containsExactly("a ROLL_BACK");
  }

  @Test
  void whoDeletesTheSyncTakesNothingFromADomainThatRunsHere() {
    sessions.assigned(order("a", Witness.LIBVIRT), HERE);
    sessions.changed(DOMAIN, DomainChange.RUNS);
    sessions.concluded(order("a", Witness.LIBVIRT), Conclusion.ROLL_BACK);

    later.forEach(Runnable::run);
    assertThat(ends).containsExactly("a KEEP");
  }

  private static SyncOrder order(String uid, Witness witness) {
    return new SyncOrder(
        uid,
        "ns",
        "sync",
        DOMAIN,
        new SyncOrder.Nodes("source", "target"),
        Set.of(InetAddress.getLoopbackAddress()),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        DeadlinePolicy.IGNORE,
        witness,
        SyncOrder.Pods.NONE);
  }
}
