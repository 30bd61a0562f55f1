package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FakeTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What TLS costs beside plain TCP, both in turn over the loopback interface, reported in {@code
 * target/reports/transport.json}; how long things take on this machine is not asserted.
 */
class TransportCostTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final int WARM = 60;
  private static final int ROUNDS = 100;
  private static final List<Entry> ENTRIES = FakeTable.flows("10.0.0.5", "192.0.2.7", 1000);

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    watchdog.shutdownNow();
  }

  /** Microseconds of each round, to an open connection and from there to the acknowledgement. */
  private record Times(long[] connecting, long[] snapshot) {
    Times() {
      this(new long[ROUNDS], new long[ROUNDS]);
    }

    static long median(long[] times) {
      long[] sorted = times.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  @Test
  void tlsIsMeasuredBesidePlainTcp() throws Exception {
    Transport plain = new PlainTransport(watchdog, PLENTY);
    Transport tls = PublishedByHand.loopback(watchdog, PLENTY);
    Times ofPlain = new Times();
    Times ofTls = new Times();

    for (int round = -WARM; round < ROUNDS; round++) {
      play(plain, ofPlain, round);
      play(tls, ofTls, round);
    }

    Path report = Path.of("target/reports/transport.json");
    Files.createDirectories(report.getParent());
    Files.writeString(report, report(ofPlain, ofTls));
    assertThat(report).content().contains("\"entries\": 1000");
  }

  private void play(Transport transport, Times times, int round) throws Exception {
    InetSocketAddress address = freeAddress();
    try (FrameListener listener = transport.listen(address, "source")) {
      Callable<FrameChannel> accept = () -> listener.accept().identify();
      Future<FrameChannel> accepted = threads.submit(accept);
      long start = System.nanoTime();
      try (FrameChannel client = transport.connect(address, "target", PLENTY);
          FrameChannel server = accepted.get()) {
        long open = System.nanoTime();
        Callable<Void> target = () -> acknowledge(server);
        Future<Void> done = threads.submit(target);
        for (int from = 0; from < ENTRIES.size(); from += Message.MAX_ENTRIES) {
          client.write(new Message.Upserts(ENTRIES.subList(from, from + Message.MAX_ENTRIES)));
        }
        client.write(new Message.Barrier(1));
        assertThat(client.read(PLENTY)).isInstanceOf(Message.Ack.class);
        long end = System.nanoTime();
        var unused = done.get();
        if (round >= 0) {
          times.connecting[round] = (open - start) / 1000;
          times.snapshot[round] = (end - open) / 1000;
        }
      }
    }
  }

  private static Void acknowledge(FrameChannel server) throws IOException {
    while (!(server.read(PLENTY) instanceof Message.Barrier)) {
      // Entries: what a table does with them is not what is measured.
    }
    server.write(new Message.Ack(1, ENTRIES.size(), Map.of()));
    return null;
  }

  private static String report(Times plain, Times tls) {
    return String.format(
        Locale.ROOT,
        """
        {
          "entries": %d,
          "rounds": %d,
          "microseconds": {
            "connecting": {"plain": %d, "tls": %d, "ratio": %.2f},
            "snapshot": {"plain": %d, "tls": %d, "ratio": %.2f}
          }
        }
        """,
        ENTRIES.size(),
        ROUNDS,
        Times.median(plain.connecting),
        Times.median(tls.connecting),
        ratio(tls.connecting, plain.connecting),
        Times.median(plain.snapshot),
        Times.median(tls.snapshot),
        ratio(tls.snapshot, plain.snapshot));
  }

  private static double ratio(long[] ours, long[] theirs) {
    return (double) Times.median(ours) / Math.max(1, Times.median(theirs));
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
  }
}
