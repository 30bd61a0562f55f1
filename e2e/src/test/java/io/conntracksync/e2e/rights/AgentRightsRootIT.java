package io.conntracksync.e2e.rights;

import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent in a node of the bed, with each right of its roles taken away in turn. */
final class AgentRightsRootIT {
  private static final Path WORK = Path.of("target/agent-rights").toAbsolutePath();

  private static Cluster cluster;
  private static AgentNeeds needs;
  private static Account account;
  private static RightsProof proof;

  @BeforeAll
  static void start() {
    Build build = Build.ofThisCheckout();
    cluster = Cluster.up(SharedImages.ofThisCheckout(), WORK, Cluster.stockBed(build));
    Chart chart = Chart.ofCheckout(build.root(), WORK.resolve("chart"));
    account = new Account(cluster.controlPlane(), chart, "conntracksync-agent");
    needs = new AgentNeeds(cluster);
    proof = new RightsProof(account, needs);
  }

  @AfterAll
  static void stop() {
    try {
      if (needs != null) {
        needs.close();
      }
    } finally {
      cluster.close();
    }
  }

  static Stream<Right> rights() {
    return account.rights();
  }

  @Test
  void eachRightIsNeededForSomething() {
    proof.eachRightIsNeededForSomething();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rights")
  void itBreaksWithout(Right right) {
    proof.itBreaksWithout(right);
  }

  @Test
  void whatIsAskedForIsAllowedAndWhatIsAllowedIsAskedFor() {
    proof.whatIsAskedForIsAllowedAndWhatIsAllowedIsAskedFor();
  }
}
