package io.conntracksync.e2e.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The peer program as the demo and the tests see it: a JVM of its own, started inside the client's
 * network namespace by prefix words such as {@code ip netns exec client} (they must {@code exec}),
 * with this program's class path. Orders are carried out one at a time; {@link #live()} never
 * waits. Ends with this object, and when this program dies.
 */
public final class Peer implements AutoCloseable {
  private static final long ANSWER_SECONDS = 60;
  private static final long GRACE_SECONDS = 5;

  private final PeerSettings settings;
  private final Process process;
  private final OutputStream orders;
  private final Path log;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private volatile Live live = new Live(0, 0);

  private Peer(PeerSettings settings, Process process, Path log) {
    this.settings = settings;
    this.process = process;
    this.orders = process.getOutputStream();
    this.log = log;
  }

  /** Starts the program and returns when it listens. Its errors go to {@code log}. */
  public static Peer start(PeerSettings settings, List<String> prefix, Path log) {
    List<String> words = new ArrayList<>(prefix);
    // Small and quick to start: the two cores belong to the VM.
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            PeerProgram.class.getName()));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process =
          new ProcessBuilder(words)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      Peer peer = new Peer(settings, process, log);
      peer.listen();
      try {
        peer.order(ResultFile.text(settings));
      } catch (IllegalStateException e) {
        peer.close();
        throw e;
      }
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the peer: " + String.join(" ", words), e);
    }
  }

  /** TCP connections to the VM's echo port. Returns when each was answered once. */
  public void openFromPeer(int count) {
    order("open peer " + count);
  }

  /** TCP connections that the VM opens to the peer. Returns when each was answered once. */
  public void openFromVm(int count) {
    order("open vm " + count);
  }

  /** The same through the services of the settings, in turn. */
  public void openToServices(int count) {
    order("open service " + count);
  }

  /**
   * TCP connections opened at random moments from now on, so many a second on the average and at
   * most {@code most} in all, by the peer or by the VM; returns at once. 0 a second stops that.
   */
  public void scatter(Opener opener, double perSecond, int most, long seed) {
    order(
        String.format(
            Locale.ROOT,
            "scatter %s %.3f %d %d",
            opener.name().toLowerCase(Locale.ROOT),
            perSecond,
            most,
            seed));
  }

  /** UDP streams: the VM asks once for each, the peer pushes from then on. */
  public void openStreams(int count) {
    order("open udp " + count);
  }

  /** Notes in the result what happened elsewhere. */
  public void mark(String name, Instant at) {
    order("mark " + at.toEpochMilli() + " " + name.replace('\n', ' '));
  }

  /** The connections that answer now; at most some hundred milliseconds old. */
  public Live live() {
    return live;
  }

  /** Ends the traffic, judges each flow, reaches the VM anew, and returns the result. */
  public TrafficResult stop() {
    order("stop");
    return ResultFile.read(Path.of(settings.resultFile()));
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    try {
      orders.close();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private synchronized void order(String line) {
    try {
      orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
      String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (!"ok".equals(answer)) {
        throw new IllegalStateException(
            "the peer was told \"" + line + "\" and answered \"" + answer + "\"; see " + log);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "the peer cannot be told \"" + line + "\", it has ended; see " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the peer does \"" + line + "\"", e);
    }
  }

  private void listen() {
    Thread listener = new Thread(this::readAnswers, "peer-answers");
    listener.setDaemon(true);
    listener.start();
  }

  private void readAnswers() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("live")) {
          live = new Live(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        } else {
          answers.add(line);
        }
      }
      answers.add("ended");
    } catch (IOException e) {
      answers.add("ended: " + e.getMessage());
    }
  }
}
