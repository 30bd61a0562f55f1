package io.conntracksync.node.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One number below {@code /proc/sys/net}, where every network namespace has its own: the kernel
 * shows those of the namespace that the reading thread is in (sysctl(8)).
 */
public final class NetworkSetting {
  private final NetworkNamespace namespace;
  private final Path file;

  /** For a name such as {@code netfilter/nf_conntrack_events}. */
  public NetworkSetting(NetworkNamespace namespace, String name) {
    this.namespace = namespace;
    this.file = Path.of("/proc/sys/net", name);
  }

  /** Its value, or empty where the kernel has no such setting. */
  public Optional<Integer> read() throws IOException {
    try {
      return Optional.of(
          Integer.valueOf(inside(() -> Files.readString(file).strip(), "cannot be read")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      throw new IOException(file + " holds no number: " + e.getMessage(), e);
    }
  }

  public void write(int value) throws IOException {
    var unused = inside(() -> Files.writeString(file, value + "\n"), "cannot be set to " + value);
  }

  @FunctionalInterface
  private interface FileTask<T> {
    T run() throws IOException;
  }

  private <T> T inside(FileTask<T> task, String failure) throws IOException {
    Outcome<T> outcome =
        namespace.inside(
            () -> {
              try {
                return new Outcome<>(Optional.of(task.run()), Optional.empty());
              } catch (IOException e) {
                return new Outcome<>(Optional.empty(), Optional.of(e));
              }
            });
    if (outcome.failure().isEmpty()) {
      return outcome.value().orElseThrow();
    }
    IOException cause = outcome.failure().get();
    if (cause instanceof NoSuchFileException) {
      throw cause;
    }
    throw new IOException(
        "%s of %s %s: %s; the agent needs a writable /proc/sys to set it"
            .formatted(file, namespace, failure, cause.getMessage()),
        cause);
  }

  /** One of the two: carries a file's failure out of the thread that was inside. */
  private record Outcome<T>(Optional<T> value, Optional<IOException> failure) {}
}
