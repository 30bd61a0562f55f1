package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfMapInfo;
import io.conntracksync.node.linux.TestBpffs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The maps of a node's Cilium in the kernel, as Cilium makes them, without a Cilium: empty, with a
 * clock that stands where the test puts it.
 */
final class TestCilium implements AutoCloseable {
  private static final Path NOWHERE = Path.of("/nonexistent");

  private final TestBpffs bpffs = TestBpffs.mounted();
  private final Generation generation;
  private final ClockSource clock;
  private final CiliumPaths paths;
  private final CiliumBpfTable table;
  private int now;

  TestCilium(Generation generation, ClockSource clock, int now, int capacity) {
    this.generation = generation;
    this.clock = clock;
    this.now = now;
    this.paths = new CiliumPaths(bpffs.folder(), NOWHERE, NOWHERE, NOWHERE);
    this.table = new CiliumBpfTable(paths, new Knowledge());
    for (CtMap map : CtMap.values()) {
      create(map, capacity);
    }
    for (Family family : Family.values()) {
      int address = family.addressLength();
      String digit = family.digit();
      make("cilium_lb" + digit + "_services_v2", BpfMapInfo.HASH, address + 8, 12);
      make("cilium_lb" + digit + "_backends_v3", BpfMapInfo.HASH, 4, address + 8);
      make("cilium_lb" + digit + "_reverse_nat", BpfMapInfo.HASH, 2, address + 2);
    }
    boolean early = generation == Generation.V1_15 || generation == Generation.V1_16;
    make(early ? "cilium_ipcache" : "cilium_ipcache_v2", BpfMapInfo.LPM_TRIE, 24, early ? 12 : 24);
  }

  private final class Knowledge implements NodeKnowledge {
    @Override
    public CiliumNode node() {
      return new CiliumNode(generation, clock);
    }

    @Override
    public int now(ClockSource of) {
      return now;
    }
  }

  CiliumBpfTable table() {
    return table;
  }

  CiliumPaths paths() {
    return paths;
  }

  TestBpffs bpffs() {
    return bpffs;
  }

  void wait(int units) {
    now += units;
  }

  /** Makes this map anew, as Cilium does when its size is changed. */
  void create(CtMap map, int capacity) {
    bpffs
        .create(map.pin(), BpfMapInfo.LRU_HASH, map.family().keyLength(), CtValue.LENGTH, capacity)
        .close();
  }

  void unpin(String pin) throws IOException {
    Files.delete(bpffs.folder().resolve(pin));
  }

  private void make(String pin, int type, int key, int value) {
    bpffs.create(pin, type, key, value, 1000).close();
  }

  void put(FoundEntry... entries) {
    for (FoundEntry entry : entries) {
      put(CtMap.of(entry.key()).pin(), entry.key().encode().bytes(), entry.value().encode());
    }
  }

  Optional<CtValue> find(CtKey key) {
    return lookup(CtMap.of(key).pin(), key.encode().bytes()).map(CtValue::decode);
  }

  /** The endpoint of that address is regenerated. */
  void list(InetAddress address) {
    make("cilium_lxc", BpfMapInfo.HASH, 20, 48);
    put("cilium_lxc", LocalEndpoints.key(address), new byte[48]);
  }

  /** The flow of that entry leaves under the node's address. */
  void masquerade(CtKey key) {
    String pin = "cilium_snat_v" + key.family().digit() + "_external";
    make(pin, BpfMapInfo.LRU_HASH, key.family().keyLength(), 40);
    put(pin, Masquerades.asInThePacket(key).encode().bytes(), new byte[40]);
  }

  void delete(CtKey key) {
    try (BpfMap map = open(CtMap.of(key).pin())) {
      boolean unused = map.remove(key.encode().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A service of that name and id, with one backend. */
  void serve(ServiceName service, int id, BackendName backend, int backendId) {
    byte[] address = service.address().getAddress();
    String digit = Family.of(service.address()).digit();
    put(
        "cilium_lb" + digit + "_services_v2",
        ByteBuffer.allocate(address.length + 8)
            .put(address)
            .putShort((short) service.port())
            .putShort((short) 0)
            .put((byte) service.protocol())
            .put((byte) service.scope())
            .array(),
        ByteBuffer.allocate(12).putShort(6, (short) id).array());
    put(
        "cilium_lb" + digit + "_reverse_nat",
        ByteBuffer.allocate(2).putShort((short) id).array(),
        ByteBuffer.allocate(address.length + 2)
            .put(address)
            .putShort((short) service.port())
            .array());
    put(
        "cilium_lb" + digit + "_backends_v3",
        nativeInt(backendId),
        ByteBuffer.allocate(address.length + 8)
            .put(backend.address().getAddress())
            .putShort((short) backend.port())
            .put((byte) backend.protocol())
            .array());
  }

  /** The identity of a prefix of IPv4. */
  void identify(InetAddress network, int bits, int number) {
    boolean early = generation == Generation.V1_15 || generation == Generation.V1_16;
    ByteBuffer key = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder()).putInt(32 + bits);
    key.put(7, (byte) 1).put(8, network.getAddress());
    put(
        early ? "cilium_ipcache" : "cilium_ipcache_v2",
        key.array(),
        ByteBuffer.allocate(early ? 12 : 24).order(ByteOrder.nativeOrder()).putInt(number).array());
  }

  private void put(String pin, byte[] key, byte[] value) {
    try (BpfMap map = open(pin)) {
      map.put(key, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<byte[]> lookup(String pin, byte[] key) {
    try (BpfMap map = open(pin)) {
      return map.lookup(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  BpfMap open(String pin) throws IOException {
    return BpfMap.open(bpffs.folder().resolve(pin));
  }

  private static byte[] nativeInt(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  @Override
  public void close() {
    bpffs.close();
  }
}
