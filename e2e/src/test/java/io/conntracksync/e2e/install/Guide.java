package io.conntracksync.e2e.install;

import io.conntracksync.e2e.product.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page that tells users what to type. */
record Guide(String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```$");

  static Guide file(Build build, String path) {
    try {
      return new Guide(Files.readString(build.root().resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /** The lines of the first block of commands in which these words are. */
  List<String> commands(String words) {
    return BLOCK
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(block -> block.contains(words))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no commands with: " + words))
        .lines()
        .filter(line -> !line.startsWith("```"))
        .toList();
  }

  /** All lines of a text that begin with kubectl. */
  List<String> kubectl() {
    return text.lines().map(String::strip).filter(line -> line.startsWith("kubectl ")).toList();
  }
}
