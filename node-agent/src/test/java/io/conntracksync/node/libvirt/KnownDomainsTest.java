package io.conntracksync.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.DomainChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownDomainsTest {
  private final List<String> told = new ArrayList<>();
  private final KnownDomains domains =
      new KnownDomains((domain, change) -> told.add(domain + " " + change));

  @Test
  void whatIsHeardIsHandedOn() {
    domains.heard("a", DomainChange.CAME);
    domains.heard("a", DomainChange.RUNS);
    domains.heard("a", DomainChange.GONE);

    assertThat(told).containsExactly("a CAME", "a RUNS", "a GONE");
  }

  @Test
  void whatIsFoundAtFirstIsTold() {
    domains.found(Map.of("a", DomainChange.RUNS));
    domains.found(Map.of("a", DomainChange.RUNS));

    assertThat(told).containsExactly("a RUNS");
  }

  @Test
  void whatWasMissedIsFoundOut() {
    domains.heard("came", DomainChange.CAME);
    domains.heard("failed", DomainChange.CAME);
    domains.heard("paused", DomainChange.SUSPENDED);
    told.clear();
    domains.found(Map.of("came", DomainChange.RUNS, "paused", DomainChange.RUNS));

    assertThat(told).containsExactlyInAnyOrder("failed GONE", "came RUNS", "paused RUNS");
  }

  @Test
  void aPauseThatWasMissedIsNotToldButItsEndIs() {
    domains.heard("a", DomainChange.RUNS);
    domains.found(Map.of("a", DomainChange.CAME));
    assertThat(told).containsExactly("a RUNS");

    domains.found(Map.of("a", DomainChange.RUNS));
    assertThat(told).containsExactly("a RUNS", "a RUNS");
  }
}
