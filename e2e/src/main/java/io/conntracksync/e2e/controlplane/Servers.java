package io.conntracksync.e2e.controlplane;

import io.conntracksync.e2e.process.Daemon;
import io.conntracksync.e2e.process.PidFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The processes of one control plane and how each is started. A pid file beside the log of each
 * lets a later run end what this one left behind.
 */
final class Servers {
  private static final String ETCD = "etcd";
  private static final String API_SERVER = "kube-apiserver";
  private static final String CONTROLLER_MANAGER = "kube-controller-manager";

  private final Path folder;
  private final Place place;
  private final Ports ports;
  private final List<String> apiServerFlags;
  private final Binaries binaries = Binaries.built();

  Servers(Path folder, Place place, Ports ports, List<String> apiServerFlags) {
    this.apiServerFlags = List.copyOf(apiServerFlags);
    this.folder = folder;
    this.place = place;
    this.ports = ports;
  }

  /** Ends what an earlier run in this folder left behind, clients before their servers. */
  static void endLeftovers(Path folder) {
    for (String name : List.of(CONTROLLER_MANAGER, API_SERVER, ETCD)) {
      PidFile.endLeftover(pidFile(folder, name));
    }
  }

  String url() {
    return "https://" + place.address() + ":" + ports.api();
  }

  /** The certificate that the API server makes for itself at start; clients trust it as it is. */
  Path certificate() {
    return folder.resolve("certificates/apiserver.crt");
  }

  /** Where the API server notes what operator and agents ask of it. */
  Path auditLog() {
    return folder.resolve("log/audit.log");
  }

  Daemon startEtcd() {
    String clients = "http://127.0.0.1:" + ports.etcdClients();
    String peers = "http://127.0.0.1:" + ports.etcdPeers();
    return start(
        ETCD,
        List.of(
            binaries.etcd(),
            "--name=bed",
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=bed=" + peers,
            // The data is thrown away after a crash; waiting for the disk would only cost time.
            "--unsafe-no-fsync"));
  }

  Daemon startApiServer(Secrets secrets) {
    List<String> words =
        new ArrayList<>(
            List.of(
                binaries.apiServer(),
                "--etcd-servers=http://127.0.0.1:" + ports.etcdClients(),
                "--bind-address=" + place.address(),
                "--advertise-address=" + place.address(),
                "--secure-port=" + ports.api(),
                "--cert-dir=" + certificate().getParent(),
                "--token-auth-file=" + secrets.tokens(),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + secrets.serviceAccountKey(),
                "--service-account-signing-key-file=" + secrets.serviceAccountKey(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                // Pods may be created without waiting for their namespace's default account.
                "--disable-admission-plugins=ServiceAccount",
                "--service-cluster-ip-range=10.96.0.0/24",
                // There is no Service network, so nobody needs endpoints of the API server itself.
                "--endpoint-reconciler-type=none",
                "--audit-policy-file=" + AuditLog.writePolicy(folder),
                "--audit-log-path=" + auditLog(),
                // The agent's pods are privileged.
                "--allow-privileged=true"));
    words.addAll(apiServerFlags);
    return start(API_SERVER, words);
  }

  Daemon startControllerManager(Secrets secrets, Path kubeconfig) {
    return start(
        CONTROLLER_MANAGER,
        List.of(
            binaries.controllerManager(),
            "--kubeconfig=" + kubeconfig,
            // Owner references, deletion of namespaces, default accounts: nothing else is used.
            "--controllers=garbage-collector-controller,namespace-controller,"
                + "serviceaccount-controller",
            "--use-service-account-credentials=false",
            "--leader-elect=false",
            "--service-account-private-key-file=" + secrets.serviceAccountKey(),
            // Nobody asks it anything; without a port several can run on one machine.
            "--secure-port=0"));
  }

  private Daemon start(String name, List<String> words) {
    List<String> all = new ArrayList<>(place.enter());
    all.addAll(words);
    Daemon daemon = Daemon.start(name, folder.resolve("log/" + name + ".log"), Map.of(), all);
    PidFile.write(pidFile(folder, name), daemon.pid());
    return daemon;
  }

  private static Path pidFile(Path folder, String name) {
    return folder.resolve(name + ".pid");
  }
}
