package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The answers that a real kernel gives too seldom to wait for; the others are in the RootITs. */
class FlowImportTest {
  private static final int MADE = 0;
  private static final int EXISTS = Errno.EEXIST.number();
  private static final int INVALID = Errno.EINVAL.number();

  private static final Flow FLOW = Flows.of(Flows.tcp("10.30.0.100", 40000, "192.0.2.9", 443));
  private static final Flow NEXT = Flows.of(Flows.tcp("10.30.0.100", 40001, "192.0.2.9", 443));

  private final FakeEntryRequests kernel = new FakeEntryRequests();
  private final List<Former> formers = new ArrayList<>();

  @Test
  void whatTheKernelDidNotAnswerIsSentAgain() throws TableException {
    kernel.answersCreate(Answers.UNANSWERED, Answers.UNANSWERED, MADE, MADE);

    assertThat(apply(FLOW, NEXT).created()).hasSize(2);
    assertThat(kernel.created).containsExactly(FLOW, NEXT, FLOW, NEXT);
  }

  /** It may have been there before: a rollback must not take it out. */
  @Test
  void whatIsThereAfterALostAnswerCountsAsUpdated() throws TableException {
    kernel.answersCreate(Answers.UNANSWERED, EXISTS).answersUpdate(MADE).holds(FLOW);

    Applied applied = apply(FLOW);

    assertThat(applied.created()).isEmpty();
    assertThat(applied.updated()).hasSize(1);
  }

  @Test
  void aKernelThatNeverAnswersIsNotAskedForEver() throws TableException {
    for (int i = 0; i < 10; i++) {
      kernel.answersCreate(Answers.UNANSWERED);
    }

    assertThat(apply(FLOW).refused()).isEqualTo(Map.of(RefusalReason.KERNEL_REFUSED, 1));
  }

  @Test
  void anEntryThatIsGoneBeforeItsUpdateIsMadeAnew() throws TableException {
    kernel.answersCreate(EXISTS, MADE).answersUpdate(Errno.ENOENT.number()).holds(FLOW);

    assertThat(apply(FLOW).created()).hasSize(1);
    assertThat(kernel.deleted).isEmpty();
  }

  @Test
  void anotherErrorIsCountedAndHindersNoOther() throws TableException {
    kernel.answersCreate(INVALID, MADE);

    Applied applied = apply(FLOW, NEXT);

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.KERNEL_REFUSED, 1));
    assertThat(applied.created()).containsExactly(FlowEncoder.key(NEXT.id()));
  }

  /** No entry could ever be made: that is not the entry's fault. */
  @Test
  void aMissingRightEndsTheImportAndIsNamed() {
    kernel.answersCreate(Errno.EPERM.number());

    assertThatThrownBy(() -> apply(FLOW))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("EPERM; needs CAP_NET_ADMIN");
  }

  @Test
  void whatIsThereIsToldBeforeItIsTouched() throws TableException {
    Flow stale = FLOW.withTimeout(10);
    kernel.answersCreate(EXISTS).answersUpdate(MADE).holds(stale);

    var unused = apply(FLOW);

    assertThat(formers).containsExactly(new Former(FlowEncoder.encode(stale), Former.Fate.UPDATED));
  }

  @Test
  void whatStandsInTheWayIsToldBeforeItIsTakenOut() throws TableException {
    Flow reversed = Flows.of(FLOW.id().original().inverse());
    kernel.answersCreate(EXISTS, MADE).holds(reversed);

    var unused = apply(FLOW);

    assertThat(formers)
        .containsExactly(new Former(FlowEncoder.encode(reversed), Former.Fate.REPLACED));
  }

  /** The usual import asks for nothing that it does not need. */
  @Test
  void whatIsNewTellsNothing() throws TableException {
    kernel.answersCreate(MADE);

    var unused = apply(FLOW);

    assertThat(formers).isEmpty();
  }

  @Test
  void whatWasLostIsOnlyAdded() throws TableException {
    kernel.answersCreate(MADE, EXISTS).holds(NEXT);

    Applied applied = FlowImport.ofMissing(kernel).apply(entries(FLOW, NEXT));

    assertThat(applied.created()).containsExactly(FlowEncoder.key(FLOW.id()));
    assertThat(applied.updated()).isEmpty();
    assertThat(kernel.deleted).isEmpty();
  }

  private Applied apply(Flow... flows) throws TableException {
    return new FlowImport(kernel, ADMIT_ALL, formers::add).apply(entries(flows));
  }
}
