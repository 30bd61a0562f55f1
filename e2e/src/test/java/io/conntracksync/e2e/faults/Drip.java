package io.conntracksync.e2e.faults;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a byte now and then on some connections, for as long as the other side takes it. */
final class Drip implements AutoCloseable {
  private static final long PAUSE_MILLIS = 200;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private final List<Socket> sockets;

  Drip(Socket... sockets) {
    this.sockets = List.of(sockets);
  }

  void begin() {
    var unused =
        clock.scheduleAtFixedRate(
            () -> sockets.forEach(Drip::sendByte), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void sendByte(Socket socket) {
    try {
      socket.getOutputStream().write(0);
    } catch (IOException e) {
      // It has been sent away, as it should.
      return;
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
