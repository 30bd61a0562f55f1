package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.kube.ReceivingPorts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
  private static final String[] LEAST = {"--node-name=n2", "--address=192.0.2.2"};

  @Test
  void theDefaultsAreThoseOfTheReadme() throws Exception {
    Settings settings = settings(LEAST);

    assertThat(settings.node()).isEqualTo("n2");
    assertThat(settings.namespace()).isEqualTo("conntracksync-system");
    assertThat(settings.address()).isEqualTo(InetAddress.getByName("192.0.2.2"));
    assertThat(settings.ports()).isEqualTo(new ReceivingPorts(28152, 28251));
    assertThat(settings.hookSocket()).isEqualTo(Path.of("/run/conntracksync/cts-hook"));
    assertThat(settings.hookPeers()).containsExactlyInAnyOrder(0, 107);
    assertThat(settings.defaultHookDeadline()).isEqualTo(Duration.ofMillis(200));
    assertThat(settings.backend()).isEqualTo(BackendSetting.AUTO);
    assertThat(settings.maxEntries()).isEqualTo(100_000);
    assertThat(settings.maxSyncs()).isEqualTo(100);
    assertThat(settings.httpPort()).isEqualTo(8081);
  }

  @Test
  void eachSettingCanBeGiven() {
    Settings settings =
        settings(
            "--node-name=n1",
            "--namespace=here",
            "--address=fd00::1",
            "--ports=30000-30000",
            "--backend=cilium-bpf",
            "--hook-socket=/tmp/hook",
            "--hook-peer-uids=5,6",
            "--default-hook-deadline=1s",
            "--max-entries=7",
            "--max-syncs=8",
            "--http-port=0");

    assertThat(settings.namespace()).isEqualTo("here");
    assertThat(settings.ports()).isEqualTo(new ReceivingPorts(30000, 30000));
    assertThat(settings.backend()).isEqualTo(BackendSetting.CILIUM_BPF);
    assertThat(settings.hookPeers()).containsExactlyInAnyOrder(5, 6);
    assertThat(settings.defaultHookDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.maxEntries()).isEqualTo(7);
    assertThat(settings.maxSyncs()).isEqualTo(8);
    assertThat(settings.httpPort()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--address=node2              | write an IPv4 or IPv6 address of this node",
        "--address=0.0.0.0            | write an IPv4 or IPv6 address of this node",
        "--ports=28152                | write FIRST-LAST, such as 28152-28251",
        "--ports=28251-28152          | write FIRST-LAST, such as 28152-28251",
        "--ports=0-10                 | write FIRST-LAST, such as 28152-28251",
        "--backend=cilium             | write auto, netfilter, cilium-bpf or cilium-api",
        "--default-hook-deadline=soon | write 5s or 200ms",
        "--default-hook-deadline=6s   | is over 5s",
        "--max-syncs=0                | write a number from 1 to",
        "--max-entries=0              | write a number from 1 to",
        "--http-port=65536            | write a number from 0 to 65535",
        "--node-name=                 | set it, or NODE_NAME, to the name of this Node",
        "--what                       | Unknown option",
      })
  void aWrongSettingIsOneSentenceAndExitCodeOne(String option, String sentence) {
    StringWriter err = new StringWriter();

    int exitCode =
        Main.commandLine(new Main())
            .setOverwrittenOptionsAllowed(true)
            .setErr(new PrintWriter(err, true))
            .execute(LEAST[0], LEAST[1], option);

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains(sentence).doesNotContain("\tat ");
    assertThat(err.toString().strip().lines()).hasSize(1);
  }

  @Test
  void withoutANodeNameItSaysHowToSetIt() {
    StringWriter err = new StringWriter();

    int exitCode =
        Main.commandLine(new Main()).setErr(new PrintWriter(err, true)).execute("--http-port=0");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("--node-name is missing");
  }

  private static Settings settings(String... arguments) {
    Main main = new Main();
    CommandLine parsed = Main.commandLine(main);
    parsed.parseArgs(arguments);
    return main.settings();
  }
}
