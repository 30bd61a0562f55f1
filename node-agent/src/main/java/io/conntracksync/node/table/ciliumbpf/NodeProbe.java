package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which generation of Cilium runs here and which clock it uses. Its agent knows; while
 * that is away, the names of pinned maps and a file that it left tell as much. A name that an older
 * Cilium left behind at worst makes an entry with an address of its own be passed over.
 */
final class NodeProbe {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProbe.class);

  /** A migration may wait for this; pins and file are as good. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final CiliumPaths paths;

  NodeProbe(CiliumPaths paths) {
    this.paths = paths;
  }

  CiliumNode find() throws TableException {
    AgentAnswer answer = ask();
    Optional<CiliumVersion> version = answer.version();
    Generation generation = version.isPresent() ? version.get().generation() : byPins();
    Optional<ClockSource> clock = answer.clock();
    return new CiliumNode(generation, clock.isPresent() ? clock.get() : leftBehind());
  }

  private AgentAnswer ask() throws TableException {
    String body;
    try {
      body = AgentQuestion.ask(paths.socket(), PATIENCE);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("cilium agent not asked");
      return new AgentAnswer(Optional.empty(), Optional.empty());
    }
    return AgentAnswer.ofHealth(body);
  }

  private Generation byPins() throws TableException {
    if (!isPinned(CtMap.TCP4.pin())) {
      throw new TableException(
          TableFault.MAPS_ABSENT,
          "Cilium's agent does not answer at %s and %s is not pinned: does Cilium run on this node?"
              .formatted(paths.socket(), paths.maps().resolve(CtMap.TCP4.pin())));
    }
    if (isPinned(Generation.V1_18.identityMap())) {
      return isPinned("cilium_tunnel_map") ? Generation.V1_18 : Generation.V1_19;
    }
    return isPinned("cilium_node_map_v2") ? Generation.V1_16 : Generation.V1_15;
  }

  private boolean isPinned(String pin) {
    return Files.exists(paths.maps().resolve(pin));
  }

  private ClockSource leftBehind() throws TableException {
    Path file = paths.runtimeConfiguration();
    try {
      Optional<ClockSource> clock =
          AgentAnswer.ofRuntimeConfiguration(Files.readString(file)).clock();
      if (clock.isPresent()) {
        return clock.get();
      }
    } catch (IOException e) {
      throw clockUnknown(e);
    }
    throw clockUnknown(new IOException(file + " names no ClockSource"));
  }

  private TableException clockUnknown(IOException cause) {
    return new TableException(
        TableFault.CLOCK_UNKNOWN,
        "cannot tell in which clock Cilium counts: no answer of its agent at %s, and %s; start it"
            .formatted(paths.socket(), cause.getMessage()),
        cause);
  }
}
