package io.conntracksync.node.table.netfilter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A kernel whose answers to CREATE and UPDATE are laid down beforehand, for what the real one
 * cannot be brought to do. Strict: a request without an answer laid down fails.
 */
final class FakeEntryRequests implements EntryRequests {
  private final Deque<Integer> createAnswers = new ArrayDeque<>();
  private final Deque<Integer> updateAnswers = new ArrayDeque<>();
  private Optional<Tracked> existing = Optional.empty();

  final List<Flow> created = new ArrayList<>();
  final List<Tracked> deleted = new ArrayList<>();

  FakeEntryRequests answersCreate(Integer... errnos) {
    createAnswers.addAll(List.of(errnos));
    return this;
  }

  FakeEntryRequests answersUpdate(Integer... errnos) {
    updateAnswers.addAll(List.of(errnos));
    return this;
  }

  FakeEntryRequests holds(Flow flow) {
    existing = Optional.of(new Tracked(1, flow.status(), flow));
    return this;
  }

  @Override
  public Answers create(List<Candidate> candidates) {
    Answers answers = new Answers(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      created.add(candidates.get(i).flow());
      answers.note(i, createAnswers.remove());
    }
    return answers;
  }

  @Override
  public int update(Flow flow, Flow there) {
    return updateAnswers.remove();
  }

  @Override
  public int recreate(Flow flow) {
    created.add(flow);
    return createAnswers.remove();
  }

  @Override
  public int revert(Flow flow, Flow there) {
    return updateAnswers.remove();
  }

  @Override
  public Optional<Tracked> inTheWayOf(Flow flow) {
    return existing;
  }

  @Override
  public List<Tracked> get(List<FlowId> ids) {
    return existing.stream().toList();
  }

  @Override
  public void touch(List<FlowId> ids) {
    throw new UnsupportedOperationException("no answer laid down");
  }

  @Override
  public Answers delete(List<Tracked> entries) {
    deleted.addAll(entries);
    existing = Optional.empty();
    Answers answers = new Answers(entries.size());
    answers.complete();
    return answers;
  }
}
