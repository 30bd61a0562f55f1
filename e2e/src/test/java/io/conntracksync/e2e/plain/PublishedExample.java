package io.conntracksync.e2e.plain;

import io.conntracksync.e2e.product.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The sync that the operations guide shows for plain libvirt. */
record PublishedExample(String yaml) {
  /** The namespace, domain and name that it has in the guide. */
  static final String NAMESPACE = "default";

  static final String VM = "web";
  private static final String NAME = "web-1";
  private static final Pattern BLOCK =
      Pattern.compile("(?s)\n## Plain libvirt\n.*?```yaml\n(.*?)```");

  static PublishedExample read() throws IOException {
    String guide = Files.readString(Build.ofThisCheckout().root().resolve("docs/operations.md"));
    Matcher matcher = BLOCK.matcher(guide);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "docs/operations.md has no example of a sync for plain libvirt");
    }
    String indented = matcher.group(1);
    int margin = indented.length() - indented.stripLeading().length();
    return new PublishedExample(
        indented
            .lines()
            .map(line -> line.length() < margin ? line : line.substring(margin))
            .collect(Collectors.joining("\n", "", "\n")));
  }

  /** The same under another name, with as much time as there may be for the last changes. */
  String named(String name) {
    return yaml.replace("name: " + NAME, "name: " + name).stripTrailing()
        + "\n  switchoverDeadline: 1s\n";
  }
}
