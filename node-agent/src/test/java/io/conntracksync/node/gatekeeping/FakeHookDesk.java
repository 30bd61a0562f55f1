package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fake: answers when told to, and writes down what it was asked. */
final class FakeHookDesk implements HookDesk {
  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<FakePending> pending = new CopyOnWriteArrayList<>();
  private final Optional<HookAnswer> ready;
  private final Duration hold;

  private FakeHookDesk(Optional<HookAnswer> ready, Duration hold) {
    this.ready = ready;
    this.hold = hold;
  }

  static FakeHookDesk answeringAtOnce(HookAnswer answer) {
    return new FakeHookDesk(Optional.of(answer), Duration.ZERO);
  }

  static FakeHookDesk answeringLater(Duration hold) {
    return new FakeHookDesk(Optional.empty(), hold);
  }

  @Override
  public void incoming(String domain, String uuid) {
    asked.add("incoming " + domain);
  }

  @Override
  public Pending<HookAnswer> await(String domain, String uuid) {
    return next("wait " + domain);
  }

  @Override
  public Pending<HookAnswer> awaitOnly() {
    return next("wait");
  }

  private Pending<HookAnswer> next(String question) {
    asked.add(question);
    FakePending next = new FakePending();
    ready.ifPresent(next.answer::complete);
    pending.add(next);
    return next;
  }

  final class FakePending implements Pending<HookAnswer> {
    final CompletableFuture<HookAnswer> answer = new CompletableFuture<>();

    @Override
    public Optional<Duration> hold() {
      return ready.isPresent() ? Optional.empty() : Optional.of(hold);
    }

    @Override
    public CompletionStage<HookAnswer> answer() {
      return answer;
    }

    @Override
    public void forget() {
      answer.cancel(false);
    }
  }
}
