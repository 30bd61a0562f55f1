package io.conntracksync.e2e.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fake: the guest program and the firewall before it, on loopback. It can forget the flows that
 * are open, as a firewall without their entries does: those are never answered again, new ones are.
 */
final class FakeGuest implements AutoCloseable {
  private final ServerSocket echo = new ServerSocket(0);
  private final ServerSocket control = new ServerSocket(0);
  private final Map<AutoCloseable, Flowing> open = new ConcurrentHashMap<>();
  private final Map<Integer, BitSet> received = new ConcurrentSkipListMap<>();
  private final Object gate = new Object();
  private final Thread echoing;
  private final Thread controlled;
  private final AtomicInteger answers = new AtomicInteger();
  private volatile boolean stuttering;
  private boolean paused;
  private int nextIndex;

  private enum Flowing {
    ANSWERED,
    FORGOTTEN
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  FakeGuest() throws IOException {
    echoing =
        background(
            () -> {
              while (true) {
                serve(echo.accept());
              }
            });
    controlled =
        background(
            () -> {
              while (true) {
                Socket talk = control.accept();
                background(() -> converse(talk));
              }
            });
  }

  PeerSettings settings(List<String> addresses, String resultFile) {
    return new PeerSettings(
        addresses,
        addresses,
        List.of(),
        echo.getLocalPort(),
        control.getLocalPort(),
        20,
        resultFile);
  }

  /** How many flows are open. */
  int openFlows() {
    return open.size();
  }

  /** Flows open now are never answered again. */
  void forgetOpenFlows() {
    open.replaceAll((flow, state) -> Flowing.FORGOTTEN);
  }

  /** How many answers were written, on all connections. */
  int answers() {
    return answers.get();
  }

  /** Each answer from now on is written twice. */
  void stutter() {
    stuttering = true;
  }

  /** How many datagrams of all streams it counted. */
  int datagrams() {
    return received.values().stream().mapToInt(FakeGuest::count).sum();
  }

  /** As between the switchover's pause and its resume: nothing is answered, datagrams are lost. */
  void pause() {
    synchronized (gate) {
      paused = true;
    }
  }

  void resume() {
    synchronized (gate) {
      paused = false;
      gate.notifyAll();
    }
  }

  /** The control port takes no more connections. */
  void loseTheVm() throws IOException {
    shut(control, controlled);
  }

  void closeOpenConnections() {
    open.keySet().forEach(FakeGuest::shut);
  }

  @Override
  public void close() throws IOException {
    resume();
    shut(echo, echoing);
    shut(control, controlled);
    closeOpenConnections();
  }

  // A port refuses only when the thread that waits at it has left.
  private static void shut(ServerSocket port, Thread waiting) throws IOException {
    port.close();
    try {
      waiting.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while a port closes", e);
    }
  }

  private void serve(Socket socket) {
    open.put(socket, Flowing.ANSWERED);
    background(
        () -> {
          InputStream in = socket.getInputStream();
          OutputStream out = socket.getOutputStream();
          byte[] buffer = new byte[256];
          for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            awaitResume();
            if (open.get(socket) == Flowing.ANSWERED) {
              for (int i = 0; i < (stuttering ? 2 : 1); i++) {
                out.write(buffer, 0, n);
                answers.incrementAndGet();
              }
            }
          }
        });
  }

  private void converse(Socket talk) throws IOException {
    try (talk;
        BufferedReader orders =
            new BufferedReader(
                new InputStreamReader(talk.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        talk.getOutputStream().write(obey(order).getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private String obey(String order) throws IOException {
    String[] words = order.split(" ", -1);
    return switch (words[0]) {
      case "ping" -> "pong\n";
      case "dial" -> dial(words);
      case "udp" -> ask(words);
      case "report" -> report();
      default -> "error unknown order\n";
    };
  }

  private String dial(String[] words) throws IOException {
    for (int i = 0; i < Integer.parseInt(words[3]); i++) {
      serve(new Socket(InetAddress.getByName(words[1]), Integer.parseInt(words[2])));
    }
    return "";
  }

  private String ask(String[] words) throws IOException {
    for (int i = 0; i < Integer.parseInt(words[3]); i++) {
      ask(new InetSocketAddress(words[1], Integer.parseInt(words[2])), nextIndex++);
    }
    return "ok\n";
  }

  private String report() {
    StringBuilder report = new StringBuilder();
    received.forEach((index, bits) -> report.append(line(index, bits)));
    return report + "end\n";
  }

  private static int count(BitSet bits) {
    synchronized (bits) {
      return bits.cardinality();
    }
  }

  private static String line(int index, BitSet bits) {
    synchronized (bits) {
      String hex = HexFormat.of().formatHex(bits.toByteArray());
      return "udp " + index + " " + bits.cardinality() + " " + hex + "\n";
    }
  }

  private void ask(InetSocketAddress peer, int index) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    BitSet bits = new BitSet();
    open.put(socket, Flowing.ANSWERED);
    received.put(index, bits);
    byte[] hello = ("hello " + index + "\n").getBytes(StandardCharsets.US_ASCII);
    socket.send(new DatagramPacket(hello, hello.length, peer));
    background(
        () -> {
          DatagramPacket packet = new DatagramPacket(new byte[64], 64);
          while (!socket.isClosed()) {
            socket.receive(packet);
            String text =
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
            String[] words = text.strip().split(" ", -1);
            if (counts(socket) && Integer.parseInt(words[0]) == index) {
              synchronized (bits) {
                bits.set(Integer.parseInt(words[1]));
              }
            }
          }
        });
  }

  private boolean counts(DatagramSocket socket) {
    synchronized (gate) {
      return !paused && open.get(socket) == Flowing.ANSWERED;
    }
  }

  private void awaitResume() throws InterruptedException {
    synchronized (gate) {
      while (paused) {
        gate.wait();
      }
    }
  }

  private static void shut(AutoCloseable flow) {
    try {
      flow.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot close a flow of the fake guest", e);
    }
  }

  // Ends with its socket.
  private static Thread background(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The socket was closed by this fake or by the peer: the flow is over.
                return;
              } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
              }
            },
            "fake-guest");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
