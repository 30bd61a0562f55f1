package io.conntracksync.e2e.faults;

import io.conntracksync.e2e.bed.Node;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * The pause of a migrating VM, as the source's libvirt writes it down when QEMU reports it: before
 * it calls the gate. Its event comes only when the gate has let go.
 */
final class HeldSwitchover {
  private static final String PAUSE = "\"event\": \"STOP\"";

  private final Path log;
  private final long before;

  private HeldSwitchover(Path log, long before) {
    this.log = log;
    this.before = before;
  }

  /** Looks for pauses from now on. */
  static HeldSwitchover expect(Node source) {
    Path log = source.libvirtLogs().resolve("libvirtd.log");
    return new HeldSwitchover(log, log.toFile().length());
  }

  /** Returns when the VM stands still. */
  void await() {
    Awaitility.await("the VM stands still")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> written().contains(PAUSE));
  }

  private String written() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] news = new byte[Math.toIntExact(file.length() - before)];
      file.seek(before);
      file.readFully(news);
      return new String(news, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }
}
