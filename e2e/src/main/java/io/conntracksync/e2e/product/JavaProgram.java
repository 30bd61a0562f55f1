package io.conntracksync.e2e.product;

import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One of our programs, running, with its probes and metrics on an HTTP port. */
final class JavaProgram implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Daemon daemon;
  private final URI http;
  private final HttpClient client = HttpClient.newHttpClient();

  private JavaProgram(Daemon daemon, URI http) {
    this.daemon = daemon;
    this.http = http;
  }

  /** Starts it and returns at once. */
  static JavaProgram begin(
      Delivery delivery, Program program, Place place, Path kubeconfig, List<String> settings) {
    return begin(delivery, program, place, kubeconfig, Map.of(), settings);
  }

  /** The same with these variables in its environment. */
  static JavaProgram begin(
      Delivery delivery,
      Program program,
      Place place,
      Path kubeconfig,
      Map<String, String> variables,
      List<String> settings) {
    List<String> words =
        Stream.concat(
                place.enter().stream(),
                delivery.start(program, kubeconfig, variables, settings).stream())
            .toList();
    Daemon daemon = Daemon.start(place.name(), place.log(), Map.of(), words);
    return new JavaProgram(daemon, place.http());
  }

  /** Returns when it says that it is ready; ends it when that takes too long. */
  void awaitReady() {
    try {
      Awaitility.await(daemon.log() + " is ready")
          .atMost(START)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                daemon.requireAlive();
                return isReady();
              });
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  /** Whether it says so itself. */
  boolean isReady() {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // not listening yet
    }
  }

  /**
   * The value of a series as {@code /metrics} shows it, such as {@code name{label="x"}}; 0 when it
   * is not there.
   */
  double metric(String series) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /**
   * The sum over all series of a metric, whatever their labels; throws when it is not there, so
   * that a name that was changed does not pass for 0.
   */
  double sum(String metric) {
    double[] values =
        get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    if (values.length == 0) {
      throw new IllegalStateException("there is no metric " + metric + " at " + http);
    }
    return DoubleStream.of(values).sum();
  }

  private HttpResponse<String> get(String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(http.resolve(path)).timeout(ANSWER).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + http.resolve(path), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + http.resolve(path), e);
    }
  }

  long pid() {
    return daemon.pid();
  }

  void requireAlive() {
    daemon.requireAlive();
  }

  boolean isAlive() {
    return daemon.isAlive();
  }

  void kill() {
    daemon.kill();
  }

  @Override
  public void close() {
    daemon.close();
  }

  /**
   * Where it runs: the words that enter the place, its name and log, and where its HTTP port is.
   */
  record Place(List<String> enter, String name, Path log, URI http) {}
}
