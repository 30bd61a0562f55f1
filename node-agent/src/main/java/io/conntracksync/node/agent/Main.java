package io.conntracksync.node.agent;

import io.conntracksync.node.backend.BackendSearch;
import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.kube.ApiConnection;
import io.conntracksync.node.kube.PodIdentity;
import io.conntracksync.node.kube.ReceivingPorts;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import io.conntracksync.node.transfer.AgentKey;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The agent's program. Exit code 1 means that it could not start; the reason is on stderr. */
@Command(
    name = "conntracksync-node-agent",
    mixinStandardHelpOptions = true,
    versionProvider = AgentVersion.class,
    exitCodeOnInvalidInput = 1,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Moves the connection-tracking entries of VMs that migrate from or to this node.")
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private static final int MOST_SYNCS = 10_000;
  private static final int MOST_ENTRIES = 10_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--node-name",
      defaultValue = "${env:NODE_NAME}",
      description = "Name of the Node that the agent runs on (env NODE_NAME).")
  private String node;

  @Option(
      names = "--namespace",
      defaultValue = "${env:POD_NAMESPACE:-conntracksync-system}",
      description = "Namespace of the installation (env POD_NAMESPACE; ${DEFAULT-VALUE}).")
  private String namespace;

  @Option(
      names = "--pod-name",
      defaultValue = "${env:POD_NAME}",
      description = "Pod in which it runs; its Lease goes with that (env POD_NAME).")
  private String podName;

  @Option(
      names = "--pod-uid",
      defaultValue = "${env:POD_UID}",
      description = "That pod's uid (env POD_UID).")
  private String podUid;

  @Option(
      names = "--address",
      defaultValue = "${env:NODE_ADDRESS}",
      converter = SettingParsers.AddressParser.class,
      description = "Address of this node on which it receives entries (env NODE_ADDRESS).")
  private InetAddress address;

  @Option(
      names = "--ports",
      defaultValue = "28152-28251",
      converter = SettingParsers.PortsParser.class,
      description = "Ports that it may be given, FIRST-LAST (${DEFAULT-VALUE}).")
  private ReceivingPorts ports;

  @Option(
      names = "--hook-socket",
      defaultValue = "/run/conntracksync/cts-hook",
      description = "Unix socket on which the libvirt hook asks (${DEFAULT-VALUE}).")
  private Path hookSocket;

  @Option(
      names = "--hook-binary",
      defaultValue = "/usr/libexec/conntracksync/conntracksync-hook",
      description =
          "The hook that is put into launcher pods; none is where it is not (${DEFAULT-VALUE}).")
  private Path hookBinary;

  @Option(
      names = "--hook-peer-uids",
      defaultValue = "0,107",
      split = ",",
      description =
          "User ids that may ask there: root, and qemu as KubeVirt runs it (${DEFAULT-VALUE}).")
  private Set<Integer> hookPeers;

  @Option(
      names = "--backend",
      defaultValue = "${env:CONNTRACKSYNC_BACKEND:-auto}",
      converter = SettingParsers.BackendParser.class,
      description =
          "Kind of this node's table: auto, netfilter, cilium-bpf or cilium-api"
              + " (env CONNTRACKSYNC_BACKEND; ${DEFAULT-VALUE}).")
  private BackendSetting backend;

  @Option(
      names = "--libvirt-uri",
      defaultValue = "qemu:///system",
      description =
          "This node's libvirt, whose events tell of pauses; there need not be one"
              + " (${DEFAULT-VALUE}).")
  private String libvirtUri;

  @Option(
      names = "--kubelet-dir",
      defaultValue = "/var/lib/kubelet",
      description = "Folder of the kubelet, as the agent sees it (${DEFAULT-VALUE}).")
  private Path kubelet;

  @Option(
      names = "--default-hook-deadline",
      defaultValue = "200ms",
      converter = SettingParsers.DurationParser.class,
      description = "For syncs without a deadline that can be read, 0s to 5s (${DEFAULT-VALUE}).")
  private Duration defaultHookDeadline;

  @Option(
      names = "--max-entries",
      defaultValue = "100000",
      description = "Most entries that one sync may bring (${DEFAULT-VALUE}).")
  private int maxEntries;

  @Option(
      names = "--max-syncs",
      defaultValue = "100",
      description = "Most syncs under way at a time, in each role (${DEFAULT-VALUE}).")
  private int maxSyncs;

  @Option(
      names = "--http-port",
      defaultValue = "8081",
      description = "Port of /livez, /readyz and /metrics (${DEFAULT-VALUE}).")
  private int httpPort;

  public static void main(String[] arguments) {
    int exitCode = commandLine(new Main()).execute(arguments);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
    // Otherwise the agent's threads keep the process; SIGTERM ends it.
  }

  static CommandLine commandLine(Main main) {
    return new CommandLine(main)
        .setParameterExceptionHandler(
            (error, arguments) -> {
              PrintWriter err = error.getCommandLine().getErr();
              err.println(error.getMessage());
              return error.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
            });
  }

  @Override
  public Integer call() {
    Settings settings = settings();
    try {
      BackendSearch search = new BackendSearch(settings.backend(), CiliumPaths.ofNode());
      Supplier<ApiConnection> connection = () -> ApiConnection.create(AgentVersion.text());
      AgentKey key = AgentKey.create(Clock.systemUTC());
      NodeBackend backend = BackendWait.await(settings, key.fingerprint(), search, connection);
      Agent agent = Wiring.of(settings, key, backend, connection.get());
      // Before start: a SIGTERM while it waits for something must also end it in order.
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop"));
      agent.start();
      return 0;
    } catch (StartException refused) {
      LOG.atDebug().setCause(refused).log("start refused");
      spec.commandLine().getErr().println(refused.getMessage());
      return 1;
    }
  }

  /** The settings, or a {@link ParameterException} with the first thing that is wrong. */
  Settings settings() {
    if (node == null || node.isBlank()) {
      throw wrong("--node-name is missing: set it, or NODE_NAME, to the name of this Node");
    }
    if (address == null) {
      throw wrong("--address is missing: set it, or NODE_ADDRESS, to an address of this node");
    }
    if (defaultHookDeadline.compareTo(Duration.ofSeconds(5)) > 0) {
      throw wrong("--default-hook-deadline is over 5s: migrations would wait that long");
    }
    within("--max-entries", maxEntries, 1, MOST_ENTRIES);
    within("--max-syncs", maxSyncs, 1, MOST_SYNCS);
    within("--http-port", httpPort, 0, 65535);
    return new Settings(
        node,
        namespace,
        pod(),
        address,
        ports,
        backend,
        hookSocket,
        hookBinary,
        hookPeers,
        libvirtUri,
        kubelet,
        defaultHookDeadline,
        maxEntries,
        maxSyncs,
        httpPort);
  }

  private Optional<PodIdentity> pod() {
    boolean complete = podName != null && podUid != null;
    return complete ? Optional.of(new PodIdentity(podName, podUid)) : Optional.empty();
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw wrong(option + " is " + value + "; write a number from " + least + " to " + most);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
