package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pinned maps of one folder, opened when they are asked for and closed together. For one piece
 * of work and one thread: Cilium replaces a map whose size is changed, and one that is kept open is
 * then an orphan.
 */
final class PinnedMaps implements AutoCloseable {
  private final Path folder;
  private final Map<String, Optional<BpfMap>> open = new HashMap<>();

  PinnedMaps(Path folder) {
    this.folder = folder;
  }

  Path path(String pin) {
    return folder.resolve(pin);
  }

  /** The map of that name, or empty when none is pinned. */
  Optional<BpfMap> find(String pin) throws TableException {
    Optional<BpfMap> known = open.get(pin);
    if (known == null) {
      known = open(pin);
      open.put(pin, known);
    }
    return known;
  }

  /** The same, but one whose keys or values have another length is refused. */
  Optional<BpfMap> find(String pin, int keyLength, int leastValue) throws TableException {
    Optional<BpfMap> found = find(pin);
    if (found.isPresent()
        && (found.get().info().keySize() != keyLength
            || found.get().info().valueSize() < leastValue)) {
      throw new TableException(
          TableFault.LAYOUT_UNKNOWN,
          "%s has keys of %d and values of %d bytes; known are %d and %d or more:"
                  .formatted(
                      path(pin),
                      found.get().info().keySize(),
                      found.get().info().valueSize(),
                      keyLength,
                      leastValue)
              + " this Cilium is not supported");
    }
    return found;
  }

  private Optional<BpfMap> open(String pin) throws TableException {
    try {
      return Optional.of(BpfMap.open(path(pin)));
    } catch (SystemCallException e) {
      if (Errno.ENOENT.is(e.errno())) {
        return Optional.empty();
      }
      throw MapFailure.of(e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(map -> map.ifPresent(BpfMap::close));
    open.clear();
  }
}
