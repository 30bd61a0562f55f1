package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The entries of some addresses in a node's table as conntrack-tools print them: tuples with their
 * translation, state, status, mark, labels, zone. Timeouts run, and how many hold an entry at this
 * moment is no property of it: both are left out.
 */
final class EntryDump {
  // "ipv4 2 tcp 6 431999 ESTABLISHED src=…": the fifth word.
  private static final String TIMEOUT = "^(\\S+\\s+\\d+\\s+\\S+\\s+\\d+)\\s+\\d+\\s";
  private static final String HOLDERS = "\\s*use=\\d+";

  // conntrack-tools print labels by names only, out of a file that machines seldom have.
  private static final String WITH_NAMES = "mount -t overlay none -o lowerdir=/etc:%s /etc; exec ";

  private final Path names;

  private EntryDump(Path names) {
    this.names = names;
  }

  /** Reads labels, by names that it makes up and keeps in this folder. */
  static EntryDump withNamesIn(Path folder) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 128; bit++) {
      text.append(bit).append(' ').append(label(bit)).append('\n');
    }
    Path file = folder.resolve("names/xtables/connlabel.conf");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return new EntryDump(folder.resolve("names"));
  }

  /** The name of that bit of the labels. */
  static String label(int bit) {
    return "bit" + bit;
  }

  SortedSet<String> of(Node node, DualStack addresses) {
    TreeSet<String> entries = new TreeSet<>();
    Map.of("ipv4", addresses.v4(), "ipv6", addresses.v6())
        .forEach((family, address) -> lines(node, family, address).forEach(entries::add));
    return entries;
  }

  private Stream<String> lines(Node node, String family, String address) {
    // What it says beside, on its standard error, would stand in the middle of a line.
    return conntrack(node, "-L -f " + family + " -o extended,labels 2>/dev/null")
        .run()
        .lines()
        .filter(line -> line.contains("=" + address + " "))
        .map(line -> line.replaceFirst(TIMEOUT, "$1 ").replaceFirst(HOLDERS, ""));
  }

  /** conntrack on that node, where it knows the names of labels. */
  Command conntrack(Node node, String words) {
    return node.command(
        "unshare", "--mount", "sh", "-ec", WITH_NAMES.formatted(names) + "conntrack " + words);
  }
}
