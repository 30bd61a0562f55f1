package io.conntracksync.node.gatekeeping;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix sockets at which libvirt's gate asks, on the node that a VM leaves: one a domain, named
 * after it, and only as long as a sync of that domain is under way. Where there is none a gate goes
 * on at once, which is what every other pause of a domain is to do. So everything here fails open:
 * a socket that cannot be made costs the gate, never the sync.
 */
public final class GateSockets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GateSockets.class);
  private static final String DOMAIN = "domain";

  // The gate keeps the same rule: the name of a file that leads nowhere else and is the same bytes
  // in
  // every locale, and short enough for the address of a unix socket.
  private static final Pattern FILE_NAME = Pattern.compile("(?![.])[ -~&&[^/]]{1,64}");

  private final Path folder;
  private final SocketAccess access;
  private final GateDesk desk;
  private final SocketFaultCounter faults;
  private final ScheduledExecutorService watchdog;
  private final Map<String, Gate> gates = new HashMap<>();

  /**
   * @param folder of the sockets; see {@link #prepare}
   * @param access of each of them
   * @param watchdog ends connections that take too long; its tasks return at once
   */
  public GateSockets(
      Path folder,
      SocketAccess access,
      GateDesk desk,
      SocketFaultCounter faults,
      ScheduledExecutorService watchdog) {
    this.folder = folder;
    this.access = access;
    this.desk = desk;
    this.faults = faults;
    this.watchdog = watchdog;
  }

  /** A domain's socket, and the syncs that want it: two migrations may overlap in time. */
  private record Gate(GateSocket socket, Set<String> syncs) {}

  /**
   * Makes the folder where it is missing, and takes away the sockets of an agent that was killed:
   * at them each pause would be complained about. Throws {@link IOException} when the folder can be
   * neither made nor read.
   */
  public synchronized void prepare() throws IOException {
    try {
      Files.createDirectory(folder);
      // Searchable for the user of every libvirt, whatever our umask.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (FileAlreadyExistsException e) {
      LOG.atDebug().addKeyValue("folder", folder).log("folder of the gates is there");
    } catch (NoSuchFileException e) {
      throw new IOException(
          "folder %s of the gates: there is no folder to make it in; create that".formatted(folder),
          e);
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path path : left) {
        clear(path);
      }
    }
  }

  /** Lets the domain's gate ask, for this sync; once more is the same. */
  public synchronized void open(String domain, String syncUid) {
    if (!FILE_NAME.matcher(domain).matches()) {
      LOG.atDebug().addKeyValue(DOMAIN, domain).log("domain has a name that no gate asks at");
      return;
    }
    Gate gate = gates.get(domain);
    if (gate != null) {
      gate.syncs().add(syncUid);
      return;
    }
    try {
      GateSocket socket =
          GateSocket.open(folder.resolve(domain), access, domain, desk, faults, watchdog);
      gates.put(domain, new Gate(socket, new HashSet<>(Set.of(syncUid))));
    } catch (IOException e) {
      LOG.atWarn().addKeyValue(DOMAIN, domain).setCause(e).log("switchover will not be held");
    }
  }

  /** This sync needs the domain's gate no more; whoever waits when nobody does goes on at once. */
  public synchronized void close(String domain, String syncUid) {
    Gate gate = gates.get(domain);
    if (gate != null && gate.syncs().remove(syncUid) && gate.syncs().isEmpty()) {
      gates.remove(domain);
      close(domain, gate);
    }
  }

  @Override
  public synchronized void close() {
    gates.forEach(GateSockets::close);
    gates.clear();
  }

  private static void close(String domain, Gate gate) {
    try {
      gate.socket().close();
    } catch (IOException e) {
      LOG.atWarn().addKeyValue(DOMAIN, domain).setCause(e).log("gate's socket did not close");
    }
  }

  private static void clear(Path path) {
    try {
      new SocketPath(path).clear();
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("path", path).setCause(e).log("not ours to take away");
    }
  }
}
