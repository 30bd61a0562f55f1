package io.conntracksync.node.table.ciliumapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.conntracksync.node.cilium.CiliumAgentStandIn;
import io.conntracksync.node.cilium.Ctlines;
import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfMapInfo;
import io.conntracksync.node.linux.TestBpffs;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A node's maps in the kernel, with a stand-in for Cilium's agent on top of them. */
final class StandInNode implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Ctlines CTLINES = Ctlines.ofNewest();
  private static final String SERVICES = "cilium_lb4_services_v2";

  private final TestBpffs bpffs = TestBpffs.mounted();
  private final CiliumAgentStandIn agent;

  /** The clock is {@code ktime} or {@code jiffies:250}. */
  StandInNode(Path socket, String clock) {
    for (Protocol protocol : Protocol.values()) {
      CTLINES.makeIpv4(pin(protocol));
    }
    bpffs.create(SERVICES, BpfMapInfo.HASH, 12, 12, 100).close();
    agent = CiliumAgentStandIn.start(socket, bpffs.folder(), clock);
  }

  /** Which have a map of their own. */
  enum Protocol {
    TCP("cilium_ct4_global"),
    ANY_OTHER("cilium_ct_any4_global");

    private final String pin;

    Protocol(String pin) {
      this.pin = pin;
    }

    private static Protocol of(JsonNode line) {
      return line.path("nexthdr").asInt() == 6 ? TCP : ANY_OTHER;
    }
  }

  Path socket() {
    return agent.socket();
  }

  Path maps() {
    return bpffs.folder();
  }

  CiliumAgentStandIn agent() {
    return agent;
  }

  CiliumApiTable table() throws TableException {
    return CiliumApiTable.open(socket(), PATIENCE);
  }

  CiliumApi api() {
    return new CiliumApi(socket(), PATIENCE);
  }

  /** A service by address, port and protocol as in {@link Examples#SERVICE_FRONTEND}. */
  void serve(String frontend, int id) throws IOException {
    byte[] name = HexFormat.of().parseHex(frontend.replace(" ", ""));
    ByteBuffer key = ByteBuffer.allocate(12).put(name, 0, 6).put(8, name, 6, 1);
    try (BpfMap services = BpfMap.open(bpffs.folder().resolve(SERVICES))) {
      services.put(key.array(), ByteBuffer.allocate(12).putShort(6, (short) id).array());
    }
  }

  void write(List<JsonNode> lines) {
    for (JsonNode line : lines) {
      CTLINES.write(pin(Protocol.of(line)), List.of(line));
    }
  }

  List<JsonNode> read() {
    List<JsonNode> lines = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      lines.addAll(CTLINES.read(pin(protocol)));
    }
    return lines;
  }

  /** By the key of an entry of TCP, as in {@link Examples#OUT}. */
  void remove(String key) throws IOException {
    try (BpfMap map = BpfMap.open(pin(Protocol.TCP))) {
      if (!map.remove(HexFormat.of().parseHex(key.replace(" ", "")))) {
        throw new IllegalArgumentException("there is no " + key);
      }
    }
  }

  void unpin() throws IOException {
    for (Protocol protocol : Protocol.values()) {
      Files.delete(pin(protocol));
    }
  }

  private Path pin(Protocol protocol) {
    return bpffs.folder().resolve(protocol.pin);
  }

  @Override
  public void close() {
    agent.close();
    bpffs.close();
  }
}
