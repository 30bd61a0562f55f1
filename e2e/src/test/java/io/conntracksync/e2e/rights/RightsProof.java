package io.conntracksync.e2e.rights;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.controlplane.ApiRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** That a program has the rights that it needs, and no others. */
record RightsProof(Account account, Needs needs) {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Neither a right that nobody needs, nor a need without a right. */
  void eachRightIsNeededForSomething() {
    assertThat(needs.rights())
        .as("rights that something is known to need, beside those that the chart gives")
        .containsExactlyInAnyOrderElementsOf(account.rights().map(Right::toString).toList());
  }

  /** Something does not work without the right, for that very reason, and works with it. */
  void itBreaksWithout(Right right) {
    needs.sweep();
    needs.mend();
    Need without = needs.of(right);
    int before = account.requests().size();
    account.take(right);
    try {
      without.cause().run();

      await("the API server has refused to " + right, () -> isRefused(right, before));
      await("what breaks without the right to " + right, without.breaks());
      assertThat(without.shows().getAsBoolean()).as("without the right to %s", right).isFalse();
    } finally {
      account.giveBack(right);
    }
    needs.mend();
    if (without.remedy() == Need.Remedy.START) {
      await("it works with the right to " + right, without.shows());
    } else {
      Need with = needs.of(right);
      with.cause().run();
      await("it works with the right to " + right, with.shows());
    }
  }

  // The program may also have asked for its rights, and ended.
  private boolean isRefused(Right right, int before) {
    return needs.hasEnded()
        || account.requests().stream()
            .skip(before)
            .anyMatch(request -> request.isForbidden() && right.covers(request));
  }

  /** With all rights everything works, and the API server's audit shows nothing else. */
  void whatIsAskedForIsAllowedAndWhatIsAllowedIsAskedFor() {
    needs.sweep();
    int before = account.requests().size();
    needs.restart();
    for (Right right : account.rights().toList()) {
      Need need = needs.of(right);
      if (need.remedy() == Need.Remedy.AGAIN) {
        need.cause().run();
        await("it works: " + right, need.shows());
      }
    }

    List<ApiRequest> requests = account.requests().stream().skip(before).toList();
    assertThat(requests).filteredOn(ApiRequest::isForbidden).isEmpty();
    assertThat(account.rights())
        .as("rights, each asked for")
        .filteredOn(right -> !needs.insistedOn().contains(right.toString()))
        .allMatch(right -> requests.stream().anyMatch(right::covers));
    assertThat(requests)
        .as("requests, each allowed by the chart's roles")
        .filteredOn(request -> !isOfEverybody(request))
        .allMatch(request -> account.rights().anyMatch(right -> right.covers(request)));
  }

  /** What Kubernetes lets all do who have shown who they are: ask what there is, what they may. */
  private static boolean isOfEverybody(ApiRequest request) {
    return request.why().contains("ClusterRole \"system:");
  }

  private static void await(String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(condition::getAsBoolean);
  }
}
