package io.conntracksync.node.table.ciliumapi;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fake of Cilium's agent with {@link InMemoryMaps}: real HTTP over a real unix socket, checks
 * requests as the agent does, and has its faults on demand. A connection is for one call.
 */
public final class InMemoryCiliumAgent implements AutoCloseable {
  private static final Pattern EXPORT = Pattern.compile("GET /v1/conntrack/export\\?ip4=(.*) .*");
  private static final Pattern IP4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");

  private final ServerSocketChannel listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch acceptsNoMore = new CountDownLatch(1);
  private final CountDownLatch hurry = new CountDownLatch(1);
  private final InMemoryMaps maps = new InMemoryMaps();
  private Fault fault = Fault.NONE;
  private String clock = "{\"mode\":\"ktime\",\"hertz\":250}";
  private int calls;
  private int atWork;
  private int mostAtWork;
  private int imported;

  /** What is wrong with it. */
  public enum Fault {
    NONE,
    /** Answers 200 and half of the export, and ends the connection. */
    EXPORT_BREAKS_OFF,
    /** A whole answer that is seven bytes longer than it should be. */
    EXPORT_IS_UNEVEN,
    EXPORT_HAS_NO_VERSION,
    EXPORT_HAS_VERSION_2,
    /** Larger than anybody's. */
    EXPORT_IS_HUGE,
    /** Answers as stock Cilium: healthy, and without these calls. */
    HAS_NO_SUCH_CALL,
    REJECTS_ALL,
    FAILS,
    /** Takes the request and never answers. */
    HANGS,
    /** Takes its time, until it is told to hurry. */
    IS_SLOW,
    /** Answers 200, half of the export, and then nothing. */
    HANGS_WITHIN_EXPORT,
    SPEAKS_NO_HTTP,
    /** Answers 200 to an import and does nothing: what it cannot write, it only logs. */
    IMPORTS_NOTHING,
    NAMES_NO_CLOCK
  }

  private static final class Answer {
    private final int status;
    private final String headers;
    private final byte[] body;

    Answer(int status, String headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    static Answer of(int status, String text) {
      return new Answer(status, "", text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private InMemoryCiliumAgent(ServerSocketChannel listener) {
    this.listener = listener;
  }

  public static InMemoryCiliumAgent at(Path socket) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    InMemoryCiliumAgent agent = new InMemoryCiliumAgent(listener);
    agent.threads.execute(agent::accept);
    return agent;
  }

  /** Not while calls are under way. */
  InMemoryMaps maps() {
    return maps;
  }

  public synchronized void has(Fault next) {
    fault = next;
  }

  /** From now on lifetimes are in jiffies. */
  synchronized void countsJiffies(int hertz) {
    clock = "{\"mode\":\"jiffies\",\"hertz\":" + hertz + "}";
  }

  /** How many calls it was asked, since its start. */
  synchronized int calls() {
    return calls;
  }

  /** How many records it was given, since its start. */
  synchronized int imported() {
    return imported;
  }

  /** How many connections wait for an answer. */
  int waiting() {
    return connections.size();
  }

  /** How many calls it had at most at a time; one whose answer goes out is no longer counted. */
  synchronized int mostAtWork() {
    return mostAtWork;
  }

  void hurry() {
    hurry.countDown();
  }

  private void accept() {
    try {
      while (listener.isOpen()) {
        SocketChannel connection = listener.accept();
        connections.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      // It was closed.
    } finally {
      acceptsNoMore.countDown();
    }
  }

  private void serve(SocketChannel channel) {
    try (SocketChannel connection = channel) {
      InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
      String request = line(in);
      Map<String, String> headers = headers(in);
      byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      OutputStream out = Channels.newOutputStream(connection);
      answer(request, headers, body, out);
    } catch (IOException e) {
      // The caller had enough.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(channel);
    }
  }

  private void answer(String request, Map<String, String> headers, byte[] body, OutputStream out)
      throws IOException, InterruptedException {
    Fault now = note();
    if (now == Fault.IS_SLOW) {
      hurry.await();
    }
    boolean isHealth = request.startsWith("GET /v1/healthz ");
    Answer answer =
        switch (now) {
          case HANGS -> {
            closed.await();
            yield Answer.of(500, "");
          }
          case FAILS -> Answer.of(500, "\"out of\nluck\"");
          case REJECTS_ALL -> Answer.of(400, "invalid");
          case HAS_NO_SUCH_CALL -> isHealth ? health() : Answer.of(404, "");
          default -> isHealth ? health() : conntrack(request, headers, body, now);
        };
    // Before the caller can know: it may have the next call here before this thread goes on.
    answered();
    if (now == Fault.SPEAKS_NO_HTTP) {
      out.write("220 mail.example.com ESMTP\r\n".getBytes(StandardCharsets.UTF_8));
    } else if (now == Fault.EXPORT_IS_HUGE && !isHealth) {
      send(new Answer(200, answer.headers, new byte[12_000_000]), out);
    } else if (now == Fault.EXPORT_BREAKS_OFF && !isHealth) {
      sendHalf(answer, out);
    } else if (now == Fault.HANGS_WITHIN_EXPORT && !isHealth) {
      sendHalf(answer, out);
      closed.await();
    } else if (request.endsWith(" HTTP/1.0")) {
      sendPlain(answer, out);
    } else {
      send(answer, out);
    }
  }

  private synchronized Fault note() {
    calls++;
    atWork++;
    mostAtWork = Math.max(mostAtWork, atWork);
    return fault;
  }

  private synchronized void answered() {
    atWork--;
  }

  private synchronized Answer health() {
    String source = fault == Fault.NAMES_NO_CLOCK ? "null" : clock;
    return Answer.of(
        200,
        "{\"cilium\":{\"state\":\"Ok\",\"msg\":\"1.20.2 (v1.20.2-0)\"},\"clock-source\":%s}"
            .formatted(source));
  }

  private synchronized Answer conntrack(
      String request, Map<String, String> headers, byte[] body, Fault now) throws IOException {
    Matcher export = EXPORT.matcher(request);
    if (export.matches()) {
      return export(export.group(1), now);
    }
    return request.startsWith("POST /v1/conntrack/import ")
        ? importAll(headers, body, now)
        : Answer.of(404, "");
  }

  private Answer export(String address, Fault now) throws IOException {
    if (!IP4.matcher(address).matches()) {
      return Answer.of(422, "ip4 in query should match");
    }
    byte[] records = maps.export(InetAddress.getByName(address).getAddress());
    String version =
        switch (now) {
          case EXPORT_HAS_NO_VERSION -> "";
          case EXPORT_HAS_VERSION_2 -> "Cilium-Conntrack-Export-Version: 2\r\n";
          default -> "Cilium-Conntrack-Export-Version: 1\r\n";
        };
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(records);
    body.writeBytes(new byte[now == Fault.EXPORT_IS_UNEVEN ? 7 : 0]);
    return new Answer(
        200, "Content-Type: application/octet-stream\r\n" + version, body.toByteArray());
  }

  private Answer importAll(Map<String, String> headers, byte[] body, Fault now) {
    if (!"application/octet-stream".equals(headers.get("content-type"))) {
      return Answer.of(415, "");
    }
    String version = headers.get("cilium-conntrack-export-version");
    if (version == null) {
      return Answer.of(422, "");
    }
    if (!version.equals("1")) {
      return Answer.of(400, "");
    }
    imported += body.length / ApiRecord.LENGTH;
    if (now != Fault.IMPORTS_NOTHING) {
      maps.importAll(body);
    }
    return Answer.of(200, "");
  }

  /** As Cilium does: chunked, because it knows no length when it begins. */
  private static void send(Answer answer, OutputStream out) throws IOException {
    sendHead(answer, out);
    sendChunk(answer.body, out);
    out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
  }

  /** Who speaks the older HTTP knows no chunks. */
  private static void sendPlain(Answer answer, OutputStream out) throws IOException {
    String head = "HTTP/1.0 %d Whatever\r\n%s\r\n".formatted(answer.status, answer.headers);
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(answer.body);
  }

  private static void sendHalf(Answer answer, OutputStream out) throws IOException {
    sendHead(answer, out);
    // Whole records: only the missing end of the coding tells.
    int half = answer.body.length / ApiRecord.LENGTH / 2 * ApiRecord.LENGTH;
    sendChunk(Arrays.copyOf(answer.body, half), out);
  }

  private static void sendHead(Answer answer, OutputStream out) throws IOException {
    String head =
        "HTTP/1.1 %d Whatever\r\n%sTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            .formatted(answer.status, answer.headers);
    out.write(head.getBytes(StandardCharsets.UTF_8));
  }

  private static void sendChunk(byte[] body, OutputStream out) throws IOException {
    if (body.length > 0) {
      out.write((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.write(body);
      out.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] pair = line.split(": *", 2);
      headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1]);
    }
    return headers;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the request ended early");
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
      // Until then the kernel may hand over one more, for which nobody would be there.
      acceptsNoMore.await();
      for (SocketChannel connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
  }
}
