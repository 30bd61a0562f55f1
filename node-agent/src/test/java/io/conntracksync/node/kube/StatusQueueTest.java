package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.SourceStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusQueueTest {
  private static final SyncKey SYNC = new SyncKey("vms", "move-1", "uid-1");
  private static final SyncKey OTHER = new SyncKey("vms", "move-2", "uid-2");

  private final RecordingTally tally = new RecordingTally();
  private final ManualLater later = new ManualLater();
  private final AnsweringWriter writer = new AnsweringWriter();
  private final StatusQueue queue = new StatusQueue(Role.SOURCE, writer, later, tally);

  @Test
  void onlyTheLatestStateIsWritten() {
    queue.submit(SYNC, sent(1));
    queue.submit(SYNC, sent(2));
    queue.submit(SYNC, sent(3));

    runAll();

    assertThat(writer.written).containsExactly(sent(3));
    assertThat(queue.isIdle()).isTrue();
  }

  @Test
  void whatComesDuringAWriteIsWrittenAfterIt() {
    writer.during = () -> queue.submit(SYNC, sent(2));
    queue.submit(SYNC, sent(1));

    later.runNext();

    assertThat(later.waiting()).as("one write at a time").isEqualTo(1);
    runAll();
    assertThat(writer.written).containsExactly(sent(1), sent(2));
  }

  @Test
  void anEqualStateIsNotWrittenAgain() {
    queue.submit(SYNC, sent(1));
    runAll();

    queue.submit(SYNC, sent(1));

    assertThat(later.waiting()).isZero();
    assertThat(writer.written).hasSize(1);
  }

  @Test
  void whileTheApiServerIsAwayTheLatestStateIsTriedWithGrowingPauses() {
    writer.answers.addAll(List.of(WriteResult.PASSING, WriteResult.PASSING, WriteResult.PASSING));
    queue.submit(SYNC, sent(1));
    later.runNext();
    queue.submit(SYNC, sent(2));

    runAll();

    assertThat(writer.written).containsExactly(sent(1), sent(2), sent(2), sent(2));
    assertThat(later.delays())
        .containsExactly(
            Duration.ZERO, Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800));
  }

  @Test
  void pausesStopGrowing() {
    for (int i = 0; i < 30; i++) {
      writer.answers.add(WriteResult.PASSING);
    }
    queue.submit(SYNC, sent(1));

    runAll();

    assertThat(later.delays()).last().isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aConflictIsCountedAndNeitherForcedNorRepeated() {
    writer.answers.add(WriteResult.CONFLICT);
    queue.submit(SYNC, sent(1));

    runAll();

    assertThat(writer.written).hasSize(1);
    assertThat(tally.of(WriteResult.CONFLICT)).isEqualTo(1);
  }

  @Test
  void afterARefusedStateTheNextOneIsTried() {
    writer.answers.add(WriteResult.REJECTED);
    queue.submit(SYNC, sent(1));
    runAll();

    queue.submit(SYNC, sent(2));
    runAll();

    assertThat(writer.written).containsExactly(sent(1), sent(2));
  }

  @Test
  void forASyncThatIsGoneNothingIsWrittenAndNothingKept() {
    writer.answers.add(WriteResult.PASSING);
    queue.submit(SYNC, sent(1));
    later.runNext();

    queue.forget(SYNC.uid());
    runAll();

    assertThat(writer.written).hasSize(1);
    assertThat(queue.isIdle()).isTrue();
  }

  @Test
  void oneSyncDoesNotWaitForAnother() {
    queue.submit(SYNC, sent(1));
    queue.submit(OTHER, sent(1));

    assertThat(later.waiting()).isEqualTo(2);
  }

  @Test
  void aFaultOfTheWriterIsTriedAgain() {
    writer.during =
        () -> {
          throw new IllegalStateException("the client is closed");
        };
    queue.submit(SYNC, sent(1));

    runAll();

    assertThat(writer.written).containsExactly(sent(1), sent(1));
  }

  private void runAll() {
    while (later.runNext()) {
      // until nothing waits
    }
  }

  private static ConntrackSyncStatus sent(long entries) {
    return new ConntrackSyncStatus(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        new SourceStatus("uid-1", 0, 1, entries, 0L, List.of(), null, 0, null),
        null,
        List.of());
  }

  /** Keeps what it is given, and answers as told, then always with success. */
  private static final class AnsweringWriter implements StatusWriter {
    private final List<ConntrackSyncStatus> written = new ArrayList<>();
    private final Deque<WriteResult> answers = new ArrayDeque<>();
    private Runnable during = () -> {};

    @Override
    public WriteResult write(SyncKey sync, ConntrackSyncStatus part) {
      written.add(part);
      Runnable now = during;
      during = () -> {};
      now.run();
      return answers.isEmpty() ? WriteResult.WRITTEN : answers.poll();
    }
  }
}
