package io.conntracksync.e2e.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The program that runs inside the client's network namespace. Its first line of input is the
 * {@link PeerSettings} as JSON, every further line an order, answered by one line:
 *
 * <table>
 *   <caption>Orders</caption>
 *   <tr><th>order</th><th>does</th></tr>
 *   <tr><td>{@code open peer|vm|service|udp <count>}</td>
 *       <td>opens that many flows, answers when each was answered once</td></tr>
 *   <tr><td>{@code scatter peer|vm <per second> <most> <seed>}</td>
 *       <td>opens connections at random moments from now on, answers at once</td></tr>
 *   <tr><td>{@code mark <epoch millis> <name>}</td><td>notes it in the result</td></tr>
 *   <tr><td>{@code stop}</td><td>judges, writes the result file, ends</td></tr>
 * </table>
 *
 * <p>An answer is {@code ok} or {@code failed <why>}; lines {@code live <alive> <total>} come in
 * between. The end of input ends the program, so it does not outlive who started it.
 */
public final class PeerProgram {
  private PeerProgram() {}

  public static void main(String[] args) throws IOException {
    run(
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
        new PrintStream(System.out, true, StandardCharsets.UTF_8));
  }

  /** Until {@code stop} or the end of input. */
  static void run(BufferedReader orders, PrintStream answers) throws IOException {
    String settings = orders.readLine();
    if (settings == null) {
      throw new IOException("the first line of input must be the settings as JSON, there is none");
    }
    // A line a call: the live lines come from another thread.
    try (PeerRun run =
        new PeerRun(
            ResultFile.settings(settings),
            live -> answers.println("live " + live.alive() + " " + live.total()))) {
      answers.println("ok");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        answers.println(obey(run, order));
        if (order.equals("stop")) {
          return;
        }
      }
    }
  }

  private static void scatter(PeerRun run, String opener, String[] pace) {
    run.scatter(
        opener, Double.parseDouble(pace[0]), Integer.parseInt(pace[1]), Long.parseLong(pace[2]));
  }

  private static String obey(PeerRun run, String order) {
    try {
      String[] words = order.split(" ", 3);
      switch (words[0]) {
        case "open" -> run.open(words[1], Integer.parseInt(words[2]));
        case "scatter" -> scatter(run, words[1], words[2].split(" ", -1));
        case "mark" -> run.mark(new Mark(words[2], Long.parseLong(words[1])));
        case "stop" -> run.stop();
        default ->
            throw new IOException("unknown order \"" + order + "\": open, scatter, mark or stop");
      }
      return "ok";
    } catch (IOException | IllegalStateException e) {
      return "failed " + String.valueOf(e.getMessage()).replace('\n', ' ');
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return "failed \""
          + order
          + "\" is not an order: open peer|vm|service|udp <count>,"
          + " scatter peer|vm <per second> <most> <seed>, mark <epoch millis> <name>, stop";
    }
  }
}
