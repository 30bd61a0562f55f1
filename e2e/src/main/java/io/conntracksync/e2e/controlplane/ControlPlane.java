package io.conntracksync.e2e.controlplane;

import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A Kubernetes API server with its store and the controllers that matter here: owner references,
 * namespaces, service accounts. Nodes and pods are objects only: there is no kubelet, scheduler or
 * network.
 *
 * <p>Ready within three seconds. {@link #close} ends all of it; what a killed run left behind is
 * ended by the next one in the same folder.
 */
public final class ControlPlane implements AutoCloseable {
  /** Where operator and agents live, as the chart installs them. */
  public static final String SYSTEM_NAMESPACE = "conntracksync-system";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DataFolder folder;
  private final Servers servers;
  private final Deque<Runnable> ends = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::end, "control-plane-end");
  private KubernetesClient admin;
  private Kubeconfigs kubeconfigs;
  private Path adminKubeconfig;

  private ControlPlane(DataFolder folder, Servers servers) {
    this.folder = folder;
    this.servers = servers;
  }

  /**
   * Starts one that keeps data, logs and kubeconfigs in this folder; its old content is removed.
   */
  public static ControlPlane start(Path folder, Place place) {
    return start(folder, place, List.of());
  }

  /** The same with the features of an older Kubernetes, such as {@code 1.33}, and no newer ones. */
  public static ControlPlane startAsOf(String version, Path folder, Place place) {
    return start(folder, place, List.of("--emulated-version=" + version));
  }

  private static ControlPlane start(Path folder, Place place, List<String> apiServerFlags) {
    DataFolder data = DataFolder.take(folder);
    Servers.endLeftovers(data.path());
    data.empty();
    ControlPlane controlPlane =
        new ControlPlane(data, new Servers(data.path(), place, Ports.free(), apiServerFlags));
    try {
      Runtime.getRuntime().addShutdownHook(controlPlane.atExit);
      controlPlane.start();
    } catch (RuntimeException e) {
      controlPlane.close();
      throw e;
    }
    return controlPlane;
  }

  // The API server stops before etcd: without its store it hangs in its own shutdown.
  private void start() {
    Secrets secrets = Secrets.create(folder.path());
    Daemon etcd = run(servers.startEtcd());
    Daemon apiServer = run(servers.startApiServer(secrets));
    await("the API server has made its certificate", apiServer)
        .until(() -> Files.isRegularFile(servers.certificate()));
    kubeconfigs = new Kubeconfigs(folder.path(), servers.url(), servers.certificate());
    adminKubeconfig = kubeconfigs.write("admin", secrets.adminToken());
    admin = Kubeconfigs.client(adminKubeconfig);
    ends.push(admin::close);
    await("the API server is ready", apiServer).until(this::isReady);
    // Not before: it gives up after some seconds when the API server is slow to get healthy.
    Daemon controllers = run(servers.startControllerManager(secrets, adminKubeconfig));
    etcd.requireAlive();
    controllers.requireAlive();
  }

  private Daemon run(Daemon daemon) {
    ends.push(daemon::close);
    return daemon;
  }

  private static org.awaitility.core.ConditionFactory await(String what, Daemon daemon) {
    return Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .failFast(daemon::requireAlive);
  }

  private boolean isReady() {
    try {
      return "ok".equals(admin.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false; // Not listening yet, or one of its checks has not passed.
    }
  }

  public String url() {
    return servers.url();
  }

  /** A client that may do everything; closed with the control plane. */
  public KubernetesClient admin() {
    return admin;
  }

  /** What operator and agents have asked of the API server. */
  public AuditLog auditLog() {
    return new AuditLog(servers.auditLog());
  }

  /** The kubeconfig of {@link #admin}, for kubectl. */
  public Path kubeconfig() {
    return adminKubeconfig;
  }

  /** The kubectl of the API server's version. */
  public Path kubectl() {
    return Path.of(Binaries.built().kubectl());
  }

  /** A call of kubectl that may do everything. It keeps what it learns of the API in the folder. */
  public Command adminKubectl(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Binaries.built().kubectl(),
                "--kubeconfig=" + adminKubeconfig,
                "--cache-dir=" + folder.path().resolve("kubectl-cache")));
    all.addAll(Arrays.asList(words));
    return Command.of(all);
  }

  /** A client with the identity of a kubeconfig; the caller closes it. */
  public KubernetesClient client(Path kubeconfig) {
    return Kubeconfigs.client(kubeconfig);
  }

  /** Installs ConntrackSync and ConntrackNode; returns when they are served. */
  public void installApi() {
    new CustomApi(admin).install(List.of("/crds/conntracksyncs.yaml", "/crds/conntracknodes.yaml"));
  }

  /** Installs the kinds of the Prometheus Operator of which the chart has objects. */
  public void installMonitoringApi() {
    new CustomApi(admin).installFiles(Binaries.built().monitoringApi());
  }

  /**
   * Gives the service accounts {@code conntracksync-operator} and {@code conntracksync-agent} of
   * {@link #SYSTEM_NAMESPACE} what the chart gives them, and no more.
   */
  public void installRights(Chart chart) {
    new ShippedRights(admin).install(chart);
  }

  /** The identity that the kubelet gives to that pod. Its service account must exist. */
  public Path kubeconfigOf(Pod pod) {
    return kubeconfigs.write(
        "pod." + pod.getMetadata().getName(), new ServiceAccounts(admin).tokenOf(pod));
  }

  /** The identity of a service account; account and namespace are made when they are missing. */
  public Path kubeconfigOf(String namespace, String serviceAccount) {
    return kubeconfigs.write(
        namespace + "." + serviceAccount,
        new ServiceAccounts(admin).token(namespace, serviceAccount));
  }

  /**
   * The identity of a service account as a pod on that node has it: the token names the node. The
   * Node object must exist.
   */
  public Path nodeBoundKubeconfig(String namespace, String serviceAccount, String nodeName) {
    return kubeconfigs.write(
        namespace + "." + serviceAccount + "." + nodeName,
        new ServiceAccounts(admin).tokenOnNode(namespace, serviceAccount, nodeName));
  }

  @Override
  public void close() {
    end();
    // Fails only while the process ends anyway, which is when the hook itself does this.
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return;
    }
  }

  private synchronized void end() {
    while (!ends.isEmpty()) {
      ends.pop().run();
    }
    folder.close();
  }
}
