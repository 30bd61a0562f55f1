package io.conntracksync.operator.program;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.operator.settings.DurationSetting;
import io.conntracksync.operator.settings.FailurePolicySetting;
import io.conntracksync.operator.settings.Leadership;
import io.conntracksync.operator.settings.OperatorSettings;
import io.conntracksync.operator.settings.OwnPod;
import io.conntracksync.operator.settings.Parsed;
import io.conntracksync.operator.settings.SyncDefaults;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The operator's command line. The API server is found as kubectl finds it: service account in a
 * pod, else {@code KUBECONFIG}. Ends with 143 after SIGTERM, with 1 when it cannot go on (the
 * kubelet starts it again), with 2 when a setting is wrong.
 */
@Command(
    name = "conntracksync-operator",
    description = "Makes, assigns, concludes and deletes the ConntrackSyncs of a cluster.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--namespace",
      defaultValue = "${env:CONNTRACKSYNC_NAMESPACE}",
      description = "Where the operator and the agents are installed; default: the client's.")
  private String namespace;

  @Option(
      names = "--pod-name",
      defaultValue = "${env:POD_NAME}",
      description = "Pod in which it runs; the Lease goes with the leader's.")
  private String podName;

  @Option(names = "--pod-uid", defaultValue = "${env:POD_UID}", description = "That pod's uid.")
  private String podUid;

  @Option(
      names = "--http-port",
      defaultValue = "${env:CONNTRACKSYNC_HTTP_PORT:-8080}",
      description = "Port of /livez, /readyz and /metrics; 0 takes a free one.")
  private int httpPort;

  @Option(
      names = "--leader-election",
      arity = "1",
      defaultValue = "${env:CONNTRACKSYNC_LEADER_ELECTION:-true}",
      description = "Whether operators share the work by a Lease; false: there is only this one.")
  private boolean leaderElection;

  @Option(
      names = "--hook-deadline",
      defaultValue = "${env:CONNTRACKSYNC_HOOK_DEADLINE:-200ms}",
      description = "Default of spec.hookDeadline, 0s to 5s.")
  private String hookDeadline;

  @Option(
      names = "--switchover-deadline",
      defaultValue = "${env:CONNTRACKSYNC_SWITCHOVER_DEADLINE:-100ms}",
      description = "Default of spec.switchoverDeadline, 0s to 1s.")
  private String switchoverDeadline;

  @Option(
      names = "--failure-policy",
      defaultValue = "${env:CONNTRACKSYNC_FAILURE_POLICY:-Ignore}",
      description = "Default of spec.failurePolicy, Ignore or Abort.")
  private String failurePolicy;

  @Option(
      names = "--timeout",
      defaultValue = "${env:CONNTRACKSYNC_TIMEOUT:-30m}",
      description = "Default of spec.timeout, 1s to 24h.")
  private String timeout;

  @Option(
      names = "--ttl-after-finished",
      defaultValue = "${env:CONNTRACKSYNC_TTL_AFTER_FINISHED:-1h}",
      description = "Default of spec.ttlAfterFinished, 0s to 720h.")
  private String ttlAfterFinished;

  /** Runs until SIGTERM or until it cannot go on. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    Config config = Config.autoConfigure(null);
    OperatorSettings settings = settings(config);
    AtomicInteger code = new AtomicInteger();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    OperatorProgram program =
        OperatorProgram.start(
            settings,
            new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(ApiSerialization.create())
                .build(),
            () -> {
              code.set(1);
              end.countDown();
            });
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> await(end, ended), "sigterm"));
      end.await();
    } finally {
      program.close();
      ended.countDown();
    }
    return code.get();
  }

  /** The settings of the command line; a wrong one is said and ends the program. */
  OperatorSettings settings(Config config) {
    String own = namespace == null || namespace.isBlank() ? config.getNamespace() : namespace;
    if (own == null) {
      throw wrong("--namespace", "is not given and the client's configuration names none");
    }
    try {
      return new OperatorSettings(
          own, pod(), httpPort, leaderElection ? Leadership.ELECTED : Leadership.ALONE, defaults());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Optional<OwnPod> pod() {
    boolean complete = podName != null && podUid != null;
    return complete ? Optional.of(new OwnPod(podName, podUid)) : Optional.empty();
  }

  private SyncDefaults defaults() {
    return new SyncDefaults(
        duration("--hook-deadline", DurationSetting.HOOK_DEADLINE, hookDeadline),
        duration("--switchover-deadline", DurationSetting.SWITCHOVER_DEADLINE, switchoverDeadline),
        valid("--failure-policy", FailurePolicySetting.parse(failurePolicy)),
        duration("--timeout", DurationSetting.TIMEOUT, timeout),
        duration("--ttl-after-finished", DurationSetting.TTL_AFTER_FINISHED, ttlAfterFinished));
  }

  private Duration duration(String flag, DurationSetting setting, String text) {
    return valid(flag, setting.parse(text));
  }

  private <T> T valid(String flag, Parsed<T> parsed) {
    return parsed.or(
        fault -> {
          throw wrong(flag, fault);
        });
  }

  private ParameterException wrong(String flag, String fault) {
    return new ParameterException(spec.commandLine(), flag + ": " + fault);
  }

  // The JVM is gone when its hooks have returned: this one waits for the orderly end.
  private static void await(CountDownLatch end, CountDownLatch ended) {
    end.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
