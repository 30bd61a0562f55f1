package io.conntracksync.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.gatekeeping.HookAnswer;
import io.conntracksync.node.gatekeeping.HookDesk;
import io.conntracksync.node.gatekeeping.HookSocket;
import io.conntracksync.node.gatekeeping.Pending;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.session.SyncOrder;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real libvirt of user 107, in which nothing was installed before it started, runs what the agent
 * puts into its root, and that reaches the agent by the socket in its volume.
 */
class LauncherHookCallRootIT {
  private static final String POD = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String DOMAIN = "shop_db";

  /** In place of the native hook, which another module builds: asks, and says no more. */
  private static final String PROGRAM =
      """
      #!/usr/bin/python3
      import socket, sys
      if sys.argv[2] == "started":
        agent = socket.socket(socket.AF_UNIX)
        agent.connect("/var/run/kubevirt/sockets/cts-hook")
        agent.sendall(f"wait {sys.argv[1]} -\\n".encode())
        agent.recv(64)
      """;

  @TempDir private Path kubelet;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private LauncherHooks hooks;
  private TestLibvirt libvirt;

  @BeforeEach
  void start() throws Exception {
    libvirt = TestLibvirt.prepare(kubelet, POD);
    libvirt.start();
    hooks =
        new LauncherHooks(
            new Launchers(kubelet),
            Optional.of(PROGRAM.getBytes(StandardCharsets.UTF_8)),
            this::open,
            (order, result, message) -> asked.add(result.name()));
  }

  @AfterEach
  void end() throws IOException {
    hooks.close();
    libvirt.close();
    timer.shutdownNow();
  }

  @Test
  void libvirtRunsWhatWasPutThere() throws Exception {
    List<String> before = files();
    hooks.seek(order(), POD);
    await("installed").until(() -> asked.contains("INSTALLED"));

    libvirt.create(DOMAIN);
    assertThat(asked).containsExactly("INSTALLED", "wait shop_db");

    hooks.release("sync");
    await("as before").untilAsserted(() -> assertThat(files()).isEqualTo(before));
    libvirt.create("shop_other");
    assertThat(asked).hasSize(2);
  }

  private Closeable open(SyncOrder order, Path path) throws IOException {
    return HookSocket.open(
        path,
        SocketAccess.DEFAULTS,
        new OneDomainDesk(order.domain(), new Recording()),
        fault -> asked.add(fault.name()),
        timer);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> hooks = Files.walk(libvirt.hooks());
        Stream<Path> sockets = Files.walk(libvirt.sockets())) {
      return Stream.concat(hooks, sockets).map(Path::toString).sorted().toList();
    }
  }

  private static SyncOrder order() throws IOException {
    return new SyncOrder(
        "sync",
        "shop",
        "move",
        DOMAIN,
        new SyncOrder.Nodes("nodea", "nodeb"),
        Set.of(InetAddress.getByName("10.30.0.100")),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        SyncOrder.DeadlinePolicy.IGNORE);
  }

  private final class Recording implements HookDesk {
    @Override
    public void incoming(String domain, String uuid) {
      asked.add("incoming " + domain);
    }

    @Override
    public Pending<HookAnswer> await(String domain, String uuid) {
      asked.add("wait " + domain);
      return Pending.ready(new HookAnswer.Ok("Imported"));
    }

    @Override
    public Pending<HookAnswer> awaitOnly() {
      throw new AssertionError("the hook says which domain");
    }
  }
}
