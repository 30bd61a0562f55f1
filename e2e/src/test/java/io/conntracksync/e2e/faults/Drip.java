package io.conntracksync.e2e.faults;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a byte now and then, for as long as the other side takes it. */
final class Drip implements AutoCloseable {
  private static final long PAUSE_MILLIS = 200;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private Drip() {}

  static Drip on(Socket... sockets) {
    Drip drip = new Drip();
    var unused =
        drip.clock.scheduleAtFixedRate(
            () -> List.of(sockets).forEach(Drip::sendByte), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return drip;
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
