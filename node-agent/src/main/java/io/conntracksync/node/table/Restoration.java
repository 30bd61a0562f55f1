package io.conntracksync.node.table;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * An entry that is to be as it was before.
 *
 * @param age how long ago it was read
 * @param written what was written over it, if that is known
 */
public record Restoration(Former former, Duration age, Optional<Written> written) {
  public Restoration {
    Objects.requireNonNull(former, "former");
    Objects.requireNonNull(age, "age");
    Objects.requireNonNull(written, "written");
  }

  /** An entry as it was written last, and how long ago. */
  public record Written(Entry entry, Duration age) {}
}
