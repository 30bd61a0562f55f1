package io.conntracksync.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.process.Command;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs understand what the chart tells them. */
class ChartArgumentsRootIT {
  private static final Build BUILD = Build.ofThisCheckout();

  @TempDir private static Path folder;
  private static List<HasMetadata> objects;

  @BeforeAll
  static void render() {
    objects = Chart.ofCheckout(BUILD.root(), folder).objects();
  }

  /** It reads all arguments, then looks at one after the other: the last of them is spoilt. */
  @Test
  void theOperatorUnderstandsItsArguments() {
    List<String> arguments = new ArrayList<>(operator().getArgs());
    arguments.replaceAll(
        argument -> argument.replaceFirst("--ttl-after-finished=.*", "--ttl-after-finished=x"));

    assertThat(run("operator", "io.conntracksync.operator.program.Main", arguments))
        .startsWith("--ttl-after-finished: \"x\" is not a duration");
  }

  /** What the node says is missing, nothing else. */
  @Test
  void theAgentUnderstandsItsArguments() {
    assertThat(run("node-agent", "io.conntracksync.node.agent.Main", agent().getArgs()))
        .startsWith("--node-name is missing");
  }

  /** What is set in the environment is a setting of the README, or a value for an argument. */
  @Test
  void everyVariableIsASetting() throws IOException {
    String readme = Files.readString(BUILD.root().resolve("README.md"));

    for (Container container : List.of(operator(), agent())) {
      for (EnvVar variable : container.getEnv()) {
        assertThat(
                readme.contains("`" + variable.getName() + "`")
                    || container.getArgs().toString().contains("$(" + variable.getName() + ")"))
            .as(variable.getName())
            .isTrue();
      }
    }
  }

  private static String run(String module, String mainClass, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("env", "-u", "NODE_NAME"));
    words.addAll(BUILD.java(module, mainClass, List.of()));
    words.addAll(arguments);
    Command.Finished finished = Command.of(words).tryRun();
    assertThat(finished.exitCode()).isNotZero();
    return finished.output();
  }

  private static Container operator() {
    return only(Deployment.class).getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  private static Container agent() {
    return only(DaemonSet.class).getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  private static <T extends HasMetadata> T only(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }
}
