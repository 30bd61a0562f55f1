package io.conntracksync.node.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.conntracksync.node.session.Finding;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics}, on all addresses of the node. */
final class HttpEndpoints implements AutoCloseable {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService executor;

  private HttpEndpoints(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Serves from now on; port 0 takes any. */
  static HttpEndpoints open(int port, Health health, PrometheusMeterRegistry meters)
      throws StartException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(port), 0);
    } catch (IOException error) {
      throw new StartException(
          "listening on HTTP port "
              + port
              + " failed: "
              + error.getMessage()
              + "; choose another --http-port",
          error);
    }
    // Two threads: a slow reader of the metrics must not fail a probe.
    ExecutorService executor = Executors.newFixedThreadPool(2, work -> new Thread(work, "http"));
    server.setExecutor(executor);
    serve(server, "/livez", () -> live(health));
    serve(server, "/readyz", () -> ready(health));
    serve(server, "/metrics", () -> new Page(OK, PROMETHEUS, meters.scrape()));
    server.start();
    return new HttpEndpoints(server, executor);
  }

  int port() {
    return server.getAddress().getPort();
  }

  private record Page(int status, String type, String text) {}

  private static Page live(Health health) {
    return health.liveness() == Health.Liveness.ALIVE
        ? new Page(OK, TEXT, "alive\n")
        : new Page(UNAVAILABLE, TEXT, health.ready().message() + "\n");
  }

  private static Page ready(Health health) {
    Finding ready = health.ready();
    return new Page(
        ready.verdict() == Finding.Verdict.YES ? OK : UNAVAILABLE,
        TEXT,
        ready.reason() + ": " + ready.message() + "\n");
  }

  private static void serve(HttpServer server, String path, Supplier<Page> page) {
    server.createContext(path, exchange -> answer(exchange, path, page));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Page> page)
      throws IOException {
    try (exchange) {
      // A context also gets what lies below its path.
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      Page answer = page.get();
      byte[] body = answer.text().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
