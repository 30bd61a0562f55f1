package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.Node;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A migration that is called off leaves the target's table as it was, whenever and however that
 * happens, and the VM's connections go on at the source. One VM and its two connections live
 * through all of it.
 */
final class RollbackRootIT {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackRootIT.class);

  /** Of each moment; {@code -Drollback.repetitions} for a quicker look. */
  private static final int REPETITIONS = Integer.getInteger("rollback.repetitions", 20);

  private static final long SEED = Long.getLong("rollback.seed", System.nanoTime());
  private static final int BULK = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static Stage stage;
  private static Remains remains;
  private static Node source;
  private static Node target;
  private static List<DualStack> nodes;
  private static EchoConnection four;
  private static EchoConnection six;
  private static TableView before;

  @BeforeAll
  static void set() {
    LOG.atInfo().addKeyValue("seed", SEED).log("random moments");
    stage = Stage.setWithGate("rollback");
    Bed bed = stage.cluster().bed();
    DualStack vm = stage.story().vm().addresses();
    stage.story().vmi().annotate("conntracksync.io/hook-deadline", "5s");
    stage.story().vmi().annotate("conntracksync.io/switchover-deadline", "1s");
    source = stage.source(stage.story());
    target = stage.target(stage.story());
    nodes = List.of(source.addresses(), target.addresses(), bed.fabric().addresses());
    four = EchoConnection.open(bed.client(), vm.v4());
    six = EchoConnection.open(bed.client(), vm.v6());
    bed.nodes().forEach(Remains::prepare);
    remains = new Remains(vm, bed.client().addresses());
    remains.layAtSource(source);
    remains.layAtTarget(target, portsOfLiveConnections());
    before = TableView.ofWhole(target, nodes);
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void nothingIsLeftOfAMigrationThatIsCalledOff(Moment moment) {
    if (moment == Moment.SYNCING) {
      remains.layBulk(source, BULK);
    }
    Random random = new Random(SEED ^ moment.name().hashCode());
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      Blow blow = Blow.of(repetition);
      String name = "%s-%d".formatted(moment.name().toLowerCase(Locale.ROOT), repetition);
      String description = "%s at %s, seed %d".formatted(blow, name, SEED);
      long begun = System.nanoTime();
      stage.mend();
      new CalledOff(stage, remains, random).run(name, moment, blow);
      assertEnd(name, blow, description);
      assertThat(TableView.ofWhole(target, nodes).differenceFrom(before)).as(description).isEmpty();
      assertThat(stage.story().vm().state(source)).as(description).isEqualTo(DomainState.RUNNING);
      for (EchoConnection connection : List.of(four, six)) {
        connection.send();
        connection.awaitEchoes();
      }
      LOG.atInfo()
          .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
          .addKeyValue("what", description)
          .log("called off");
    }
    remains.clearBulk(source);
  }

  /** The sync says how the migration ended and what became of the entries. */
  private static void assertEnd(String name, Blow blow, String description) {
    Phase end = blow.end() == Blow.End.FAILED ? Phase.FAILED : Phase.CANCELLED;
    Awaitility.await(description + ": the sync has ended and the target has tidied up")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                stage
                    .cluster()
                    .sync(name)
                    .filter(sync -> sync.getStatus() != null && sync.getStatus().phase() == end)
                    .filter(sync -> isTidy(sync, blow))
                    .isPresent());
  }

  /**
   * Where no agent has begun there is nothing to tidy up, and none says so. One that is killed
   * before its first word, or between the deed and the word, says nothing either; then it has left
   * no journal.
   */
  private static boolean isTidy(ConntrackSync sync, Blow blow) {
    ConntrackSyncStatus status = sync.getStatus();
    boolean told =
        Optional.ofNullable(status.target())
            .map(TargetStatus::cleanup)
            .filter(cleanup -> cleanup.outcome() == CleanupOutcome.REMOVED)
            .isPresent();
    return told
        || status.assignment() == null
        || (blow.accident() == Blow.Accident.TARGET_AGENT_KILLED
            && Files.notExists(
                target.agentRuntime().resolve("journal").resolve(sync.getMetadata().getUid())));
  }

  private static List<Integer> portsOfLiveConnections() {
    return Pattern.compile("ESTABLISHED .* sport=(\\d+) dport=7 ")
        .matcher(String.join("\n", TableView.of(source, stage.story().vm().addresses()).entries()))
        .results()
        .map((MatchResult found) -> Integer.parseInt(found.group(1)))
        .toList();
  }
}
