package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.UnixSocketFactory;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * HTTP calls of Cilium's agent over its unix socket, a connection each: one that was kept would
 * fail once after every restart of Cilium. Each ends within the time given, however the other side
 * behaves, and only so many are under way at a time. Whatever goes wrong with a call as such is a
 * {@link CiliumApiException}; any status is an answer.
 */
final class AgentCalls {
  /** Reads of a conntrack table walk all of it, in the program that all pods' traffic needs. */
  static final int MAX_CONCURRENT = 2;

  /** OkHttp's word for a body without its end, in the exception that else means a bad answer. */
  private static final String UNEXPECTED_END = "unexpected end of stream";

  private final OkHttpClient client;
  private final Path socket;
  private final Duration patience;
  private final Semaphore places = new Semaphore(MAX_CONCURRENT, true);

  /** A whole answer, whatever its status. */
  static final class Answer {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    private Answer(int status, Headers headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    int status() {
      return status;
    }

    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    /** The caller's to keep. */
    byte[] body() {
      return body;
    }
  }

  AgentCalls(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
    this.client =
        new OkHttpClient.Builder()
            .socketFactory(new UnixSocketFactory(socket))
            .dns(host -> List.of(InetAddress.getLoopbackAddress()))
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .fastFallback(false)
            .followRedirects(false)
            // The call's is the only time that holds over this kind of socket.
            .callTimeout(patience)
            .connectTimeout(Duration.ZERO)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();
  }

  Path socket() {
    return socket;
  }

  /** Makes this call, whose answer has at most so many bytes. */
  Answer call(String name, Request request, int maxBody) throws TableException {
    takePlace(name);
    try (Response response =
        client.newCall(request.newBuilder().header("Connection", "close").build()).execute()) {
      byte[] body = read(name, response, maxBody);
      return new Answer(response.code(), response.headers(), body);
    } catch (CiliumApiException e) {
      throw e;
    } catch (IOException e) {
      throw failed(name, e);
    } finally {
      places.release();
    }
  }

  private byte[] read(String name, Response response, int maxBody) throws IOException {
    try (InputStream in = response.body().byteStream()) {
      byte[] body = in.readNBytes(maxBody);
      if (body.length == maxBody && in.read() >= 0) {
        throw new CiliumApiException(
            ApiFault.OVERSIZED, name, "more than " + maxBody + " bytes of an answer");
      }
      return body;
    }
  }

  private void takePlace(String name) throws TableException {
    boolean taken;
    try {
      taken = places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableException(name + ": interrupted", e);
    }
    if (!taken) {
      throw new CiliumApiException(
          ApiFault.BUSY,
          name,
          "%d calls of %s are under way, as many as may be, and none ended in %s"
              .formatted(MAX_CONCURRENT, socket, text(patience)));
    }
  }

  private TableException failed(String name, IOException e) {
    if (Thread.currentThread().isInterrupted()) {
      return new TableException(name + ": interrupted", e);
    }
    if (e instanceof SystemCallException call) {
      return notConnected(name, call);
    }
    if (e instanceof InterruptedIOException) {
      String found = "no whole answer from %s in %s".formatted(socket, text(patience));
      return new CiliumApiException(ApiFault.HUNG, name, found, e);
    }
    if (e instanceof ProtocolException && !UNEXPECTED_END.equals(e.getMessage())) {
      return new CiliumApiException(
          ApiFault.UNINTELLIGIBLE, name, "what %s answered is no HTTP".formatted(socket), e);
    }
    return new CiliumApiException(
        ApiFault.TRUNCATED, name, "%s ended the connection early".formatted(socket), e);
  }

  private TableException notConnected(String name, SystemCallException e) {
    int errno = e.errno();
    if (Errno.ENOENT.is(errno)) {
      return new CiliumApiException(ApiFault.ABSENT, name, "there is no " + socket, e);
    }
    if (Errno.ECONNREFUSED.is(errno)) {
      return new CiliumApiException(ApiFault.ABSENT, name, "nobody listens at " + socket, e);
    }
    if (Errno.EACCES.is(errno) || Errno.EPERM.is(errno)) {
      return new CiliumApiException(
          ApiFault.FORBIDDEN, name, socket + " may not be connected to", e);
    }
    if (Errno.EAGAIN.is(errno)) {
      return new CiliumApiException(
          ApiFault.HUNG, name, socket + " does not accept the connections that wait there", e);
    }
    return new CiliumApiException(ApiFault.ABSENT, name, e.getMessage(), e);
  }

  private static String text(Duration time) {
    return time.toMillis() + "ms";
  }
}
