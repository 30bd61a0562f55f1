package io.conntracksync.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueuedEventsTest {
  private static final Subject SUBJECT = new Subject("v1", "Pod", "ns", "name", "uid");

  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicInteger lost = new AtomicInteger();
  private final CountDownLatch mayWrite = new CountDownLatch(1);
  private final QueuedEvents events = new QueuedEvents(this::slowly, lost::incrementAndGet);

  @Test
  void whoPublishesDoesNotWaitAndAllIsSaidInOrderBeforeTheEnd() {
    events.publish(SUBJECT, notice("First"));
    events.publish(SUBJECT, notice("Second"));
    assertThat(said).isEmpty();

    mayWrite.countDown();
    events.close();

    assertThat(said).containsExactly("First", "Second");
    assertThat(lost).hasValue(0);
  }

  @Test
  void whatDoesNotFitIsLostAndCounted() {
    // One is being written, a thousand wait.
    for (int i = 0; i < 1002; i++) {
      events.publish(SUBJECT, notice("Same"));
    }

    mayWrite.countDown();
    events.close();

    assertThat(lost.get()).isPositive();
    assertThat(said.size() + lost.get()).isEqualTo(1002);
  }

  @Test
  void afterTheEndNothingIsSaid() {
    mayWrite.countDown();
    events.close();

    events.publish(SUBJECT, notice("Late"));

    assertThat(said).isEmpty();
    assertThat(lost).hasValue(1);
  }

  private void slowly(Subject subject, Notice notice) {
    try {
      mayWrite.await();
      said.add(notice.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Notice notice(String reason) {
    return new Notice(Notice.Weight.NORMAL, reason, "message");
  }
}
