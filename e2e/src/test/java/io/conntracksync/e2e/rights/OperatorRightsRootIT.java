package io.conntracksync.e2e.rights;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.product.Build;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator as a process on a real API server, with each right of its roles taken away in turn.
 * Nodes, agents and KubeVirt are objects.
 */
final class OperatorRightsRootIT {
  private static final Path WORK = Path.of("target/operator-rights");

  private static ControlPlane controlPlane;
  private static OperatorNeeds needs;
  private static Account account;
  private static RightsProof proof;

  @BeforeAll
  static void start() {
    Chart chart = Chart.ofCheckout(Build.ofThisCheckout().root(), WORK.resolve("chart"));
    controlPlane = ControlPlane.start(WORK.resolve("control-plane"), Place.loopback());
    controlPlane.installApi();
    controlPlane.installRights(chart);
    account = new Account(controlPlane, chart, "conntracksync-operator");
    needs = new OperatorNeeds(controlPlane, WORK.resolve("logs"));
    proof = new RightsProof(account, needs);
  }

  @AfterAll
  static void stop() {
    if (needs != null) {
      needs.close();
    }
    controlPlane.close();
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
