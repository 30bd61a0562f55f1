package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of the test's own, with conntrack switched on. Ends with the test; what a
 * killed run left behind under the same name is removed first.
 */
final class TestNamespace implements AutoCloseable {
  private static final String PREFIX = "ctsnf-";

  /** Connection tracking is off in a fresh namespace until a rule uses it. */
  private static final String TRACKING =
      """
      table inet tracking {
        chain input { type filter hook input priority 0; ct state established accept; }
        chain source { type nat hook postrouting priority 100; }
        chain destination { type nat hook prerouting priority -100; }
      }
      """;

  private final String name;

  private TestNamespace(String name) {
    this.name = name;
  }

  /** A namespace that tracks connections and could translate them, but has no rule that does. */
  static TestNamespace tracking(String purpose) {
    TestNamespace namespace = bare(purpose);
    namespace.rules(TRACKING);
    return namespace;
  }

  static TestNamespace bare(String purpose) {
    String name = PREFIX + purpose;
    if (Files.exists(Path.of("/run/netns", name))) {
      run("", "ip", "netns", "del", name);
    }
    run("", "ip", "netns", "add", name);
    TestNamespace namespace = new TestNamespace(name);
    namespace.exec("ip", "link", "set", "lo", "up");
    return namespace;
  }

  void rules(String ruleset) {
    run(ruleset, words("nft", "-f", "-"));
  }

  /** Runs a program inside; throws with its output when it fails. */
  String exec(String... words) {
    return run("", words(words));
  }

  String execReading(String input, String... words) {
    return run(input, words(words));
  }

  /** Starts a program inside that the test talks to. */
  Process start(String... words) {
    try {
      return new ProcessBuilder(words(words))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  NetworkNamespace open() throws IOException {
    return NetworkNamespace.open(Path.of("/run/netns", name));
  }

  NetfilterTable table() throws IOException {
    return NetfilterTable.open(open());
  }

  /**
   * The table as conntrack shows it, a line an entry, sorted and without what changes by itself.
   */
  List<String> listing(String... options) {
    List<String> words = new ArrayList<>(List.of("conntrack", "-L", "-o", "extended"));
    words.addAll(List.of(options));
    return exec(words.toArray(String[]::new))
        .lines()
        .filter(line -> line.startsWith("ipv"))
        .map(line -> line.replaceFirst("^(\\S+ +\\d+ \\S+ +\\d+) \\d+ ", "$1 "))
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    run("", "ip", "netns", "del", name);
  }

  private String[] words(String... words) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static String run(String input, String... words) {
    try {
      Path out = Files.createTempFile(PREFIX, ".out");
      Path in = Files.createTempFile(PREFIX, ".in");
      try {
        Files.writeString(in, input);
        Process process =
            new ProcessBuilder(words)
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String output = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new IllegalStateException(String.join(" ", words) + " failed:\n" + output);
        }
        return output;
      } finally {
        Files.delete(in);
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
