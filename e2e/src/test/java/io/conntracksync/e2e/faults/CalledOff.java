package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.process.Command;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** A migration that goes as far as a moment, and is called off there. */
final class CalledOff {
  /** Slow enough to be hit in the middle: it would take some 20 s. */
  private static final int MEBIBYTES_PER_SECOND = 5;

  private static final int LARGE = 12_000;

  private final Stage stage;
  private final Remains remains;
  private final Random random;

  CalledOff(Stage stage, Remains remains, Random random) {
    this.stage = stage;
    this.remains = remains;
    this.random = random;
  }

  /** Returns when the API objects say so, and both agents run again. */
  void run(String name, Moment moment, Blow blow) {
    StagedMigration migration = StagedMigration.handOver(stage, name);
    if (moment.isBeforeLibvirt()) {
      reach(migration, moment);
      accident(migration, blow, () -> end(migration, blow)).join();
      return;
    }
    migration.awaitPhase(Phase.IMPORTED);
    migration.played().targetReady();
    if (moment == Moment.COPYING) {
      inMidCopy(migration, blow);
    } else {
      atTheSwitchover(migration, blow);
    }
  }

  private void reach(StagedMigration migration, Moment moment) {
    switch (moment) {
      case UNASSIGNED -> awaitSync(migration.name());
      case ASSIGNED -> migration.awaitPhase(Phase.ASSIGNED);
      case SYNCING -> awaitEntries(migration.target(), 1 + random.nextInt(LARGE));
      default -> migration.awaitPhase(Phase.IMPORTED);
    }
    pause(Duration.ofMillis(moment == Moment.SYNCING ? 1 : 50));
  }

  /** Memory is copied while the VM's connections change. */
  private void inMidCopy(StagedMigration migration, Blow blow) {
    migration.begin(MigrationOptions.withBandwidth(MEBIBYTES_PER_SECOND)).awaitCopying();
    for (int turn = 0; turn < 1 + random.nextInt(5); turn++) {
      remains.turnOver(migration.source(), random.nextInt(1000));
    }
    accident(migration, blow, () -> endLibvirts(migration, blow)).join();
  }

  private void endLibvirts(StagedMigration migration, Blow blow) {
    if (blow.end() == Blow.End.CANCELLED) {
      migration.played().requestCancel();
      migration.source().virsh("domjobabort", migration.story().vm().domain()).run();
    } else {
      killQemu(migration);
    }
    assertFailed(migration);
    tell(migration, blow);
  }

  /**
   * The target's agent hangs, so that the gate holds the VM; the target's QEMU is killed meanwhile:
   * from then on the VM cannot but go on at the source.
   */
  private void atTheSwitchover(StagedMigration migration, Blow blow) {
    migration.begin(MigrationOptions.withBandwidth(8 * MEBIBYTES_PER_SECOND)).awaitCopying();
    HeldSwitchover pause = HeldSwitchover.expect(migration.source());
    remains.turnOver(migration.source(), random.nextInt(1000));
    try (Frozen hung = Frozen.process(stage.agentOf(migration.target()).pid())) {
      pause.await();
      pause(Duration.ofMillis(700));
      killQemu(migration);
      if (blow.accident() != Blow.Accident.TARGET_AGENT_KILLED) {
        hung.thaw();
      }
      accident(
              migration,
              blow,
              () -> {
                assertFailed(migration);
                if (blow.end() == Blow.End.CANCELLED) {
                  migration.played().requestCancel();
                }
                tell(migration, blow);
              })
          .join();
    }
  }

  /** The accident comes before the end or after it; what was killed is started again at once. */
  private CompletableFuture<Void> accident(StagedMigration migration, Blow blow, Runnable end) {
    if (blow.accident() == Blow.Accident.NONE) {
      end.run();
      return CompletableFuture.completedFuture(null);
    }
    Node node =
        blow.accident() == Blow.Accident.SOURCE_AGENT_KILLED
            ? migration.source()
            : migration.target();
    if (random.nextBoolean()) {
      CompletableFuture<Void> back = killAgent(node);
      end.run();
      return back;
    }
    end.run();
    return killAgent(node);
  }

  private CompletableFuture<Void> killAgent(Node node) {
    stage.agentOf(node).kill();
    return CompletableFuture.runAsync(() -> stage.startAgent(node));
  }

  private static void end(StagedMigration migration, Blow blow) {
    if (blow.end() == Blow.End.CANCELLED) {
      migration.played().requestCancel();
    }
    tell(migration, blow);
  }

  private static void tell(StagedMigration migration, Blow blow) {
    switch (blow.end()) {
      case CANCELLED -> migration.played().cancelled();
      case FAILED -> migration.played().failed("the target's QEMU was killed");
    }
  }

  private static void assertFailed(StagedMigration migration) {
    assertThat(migration.end()).isInstanceOf(MigrationResult.Failed.class);
  }

  private static void killQemu(StagedMigration migration) {
    String pidFile = "/run/libvirt/qemu/" + migration.story().vm().domain() + ".pid";
    String pid = migration.target().command("cat", pidFile).run().strip();
    Command.of("kill", "-KILL", pid).run();
  }

  private void awaitSync(String name) {
    Awaitility.await(name + " is there")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> stage.cluster().sync(name).isPresent());
  }

  private static void awaitEntries(Node node, int count) {
    int there = entries(node);
    Awaitility.await("%d entries more on %s".formatted(count, node))
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> entries(node) - there >= count);
  }

  private static int entries(Node node) {
    return Integer.parseInt(node.command("conntrack", "-C").run().strip());
  }

  // The moment is to be a random one: that is all this wait is for.
  private void pause(Duration most) {
    try {
      Thread.sleep(random.nextInt(Math.toIntExact(most.toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
