package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.TestBpffs;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One VM's 1,000 entries among many others'. */
class LargeMapRootIT {
  private static final int LARGE = 512_000;
  private static final int SMALL = 8_000;
  private static final int VMS = 1_000;

  /** Cilium's own default. */
  private static final int CAPACITY = 524_288;

  private static final int ROUNDS = 15;
  private static final Path PEER = Path.of("target", "scan-peer");
  private static final InetAddress VM = Bytes.address("10.244.1.10");
  private static final byte[] VALUE = Examples.OUT.value().encode();

  /** Divides both sizes of the table. */
  private static final int PART = 8_000;

  private static final ByteBuffer KEYS = ByteBuffer.allocateDirect(PART * Family.IPV4.keyLength());
  private static final ByteBuffer VALUES = ByteBuffer.allocateDirect(PART * CtValue.LENGTH);

  /** A few hundred bytes for each map that is opened, until they are collected. */
  private static final int BUFFERS_OF_CALLS = 50_000;

  private final TestCilium large =
      new TestCilium(Generation.V1_19, new Ktime(), Examples.NOW, CAPACITY);

  @AfterEach
  void end() {
    large.close();
  }

  /**
   * What a snapshot takes of the heap, in all, and what it keeps outside of it, depend on the VM's
   * entries alone. One reference for each entry that it reads would be twice of what it takes.
   */
  @Test
  void memoryDoesNotGrowWithTheTable() throws IOException {
    fill(large, LARGE);
    try (TestCilium small = new TestCilium(Generation.V1_19, new Ktime(), Examples.NOW, CAPACITY)) {
      fill(small, SMALL);

      Memory ofSmall = Memory.ofSnapshot(small);
      Memory ofLarge = Memory.ofSnapshot(large);

      assertThat(ofLarge.heap())
          .as("bytes for a snapshot out of %d, beside %d out of %d", LARGE, ofSmall.heap(), SMALL)
          .isLessThan(ofSmall.heap() + ofSmall.heap() / 4);
      assertThat(ofLarge.direct())
          .as("bytes outside the heap")
          .isLessThan(ofSmall.direct() + BUFFERS_OF_CALLS);
    }
  }

  /**
   * Writes target/reports/cilium-bpf.json. The peer is a C program that does the same batch lookups
   * and nothing else. No time is asserted.
   */
  @Test
  void measuresAScanBesideACLoop() throws IOException {
    assertThat(PEER).as("the C loop; make scan-peer builds it").isExecutable();
    fill(large, LARGE);
    assertThat(large.table().fill().entries()).isEqualTo(LARGE);
    Memory ofLarge = Memory.ofSnapshot(large);
    Memory ofSmall;
    try (TestCilium small = new TestCilium(Generation.V1_19, new Ktime(), Examples.NOW, CAPACITY)) {
      fill(small, SMALL);
      ofSmall = Memory.ofSnapshot(small);
    }
    List<Entry> entries = snapshot(large);
    long[] scans = new long[ROUNDS];
    long[] peers = new long[ROUNDS];
    long[] imports = new long[ROUNDS];

    try (TestCilium target =
        new TestCilium(Generation.V1_19, new Ktime(), Examples.NOW, CAPACITY)) {
      for (int round = 0; round < ROUNDS; round++) {
        // In turns, so that whatever else the machine does meets both.
        peers[round] = peer();
        long start = System.nanoTime();
        assertThat(snapshot(large)).hasSize(VMS);
        scans[round] = System.nanoTime() - start;
        start = System.nanoTime();
        assertThat(target.table().apply(entries, ends -> Optional.empty()).created()).hasSize(VMS);
        imports[round] = System.nanoTime() - start;
        assertThat(target.table().remove(entries.stream().map(Entry::key).toList())).isEqualTo(VMS);
      }
    }

    Path report = Path.of("target", "reports", "cilium-bpf.json");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report,
        String.format(
            Locale.ROOT,
            """
            {
              "table": %d,
              "entries": %d,
              "snapshotMillis": %.2f,
              "cLoopMillis": %.2f,
              "snapshotToCLoop": %.3f,
              "importMillis": %.2f,
              "snapshotAllocatesBytes": %d,
              "snapshotKeepsDirectBytes": %d,
              "smallTable": %d,
              "snapshotOfSmallAllocatesBytes": %d,
              "snapshotOfSmallKeepsDirectBytes": %d
            }
            """,
            LARGE,
            VMS,
            median(scans) / 1e6,
            median(peers) / 1e6,
            (double) median(scans) / median(peers),
            median(imports) / 1e6,
            ofLarge.heap(),
            ofLarge.direct(),
            SMALL,
            ofSmall.heap(),
            ofSmall.direct()));
    assertThat(report).isNotEmptyFile();
  }

  /** By parts, so that the buffers for it are no garbage that moves the figures. */
  private static void fill(TestCilium node, int count) throws IOException {
    byte[] peer = Bytes.address("192.0.2.80").getAddress();
    try (BpfMap map = node.open(CtMap.TCP4.pin())) {
      for (int i = 0; i < count; i++) {
        // The VM's are spread evenly.
        boolean ours = i % (count / VMS) == 0;
        KEYS.put(ours ? VM.getAddress() : new byte[] {10, 77, (byte) (i >> 16), 1})
            .put(peer)
            .putShort((short) 443)
            .putShort((short) (ours ? i / (count / VMS) : i))
            .put((byte) Protocol.TCP)
            .put((byte) CtKey.OUT);
        VALUES.put(VALUE);
        if (!KEYS.hasRemaining()) {
          TestBpffs.putAll(map, KEYS.flip(), VALUES.flip(), PART);
          KEYS.clear();
          VALUES.clear();
        }
      }
    }
  }

  private static List<Entry> snapshot(TestCilium node) throws TableException {
    List<Entry> entries = new ArrayList<>();
    node.table().snapshot(Set.of(VM), entries::addAll);
    assertThat(entries).hasSize(VMS);
    return entries;
  }

  /**
   * What a snapshot takes.
   *
   * @param heap bytes that it allocates, in all
   * @param direct bytes outside the heap that the table keeps from its first snapshot on
   */
  private record Memory(long heap, long direct) {
    static Memory ofSnapshot(TestCilium node) throws TableException {
      long before = directMemory();
      List<Entry> unused = snapshot(node);
      long direct = directMemory() - before;
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      List<Entry> unusedToo = snapshot(node);
      return new Memory(threads.getCurrentThreadAllocatedBytes() - allocated, direct);
    }

    private static long directMemory() {
      return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .mapToLong(BufferPoolMXBean::getMemoryUsed)
          .sum();
    }
  }

  /** Nanoseconds of one walk. */
  private long peer() throws IOException {
    Process process =
        new ProcessBuilder(
                PEER.toAbsolutePath().toString(),
                large.paths().maps().resolve(CtMap.TCP4.pin()).toString(),
                Integer.toString(Family.IPV4.keyLength()),
                Integer.toString(CtValue.LENGTH),
                "1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      String line = lines.readLine();
      assertThat(line).as("what %s says", PEER).isNotNull();
      String[] words = line.split(" ", 2);
      assertThat(words[1]).isEqualTo(Integer.toString(LARGE));
      return Long.parseLong(words[0]);
    }
  }

  private static long median(long[] times) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
