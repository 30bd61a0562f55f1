package io.conntracksync.e2e.bed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a migration is to go.
 *
 * @param bandwidth MiB a second for the memory copy, absent for as fast as it can: 5 stretches the
 *     copy of the idle guest to 15–20 s, time to open and close flows while it lasts
 * @param switching whether the guest may run on the target before its memory is there: it does when
 *     libvirt is told to, while the copy is under way ({@code virsh migrate-postcopy})
 * @param patience after which the migration is given up as stuck
 */
public record MigrationOptions(OptionalInt bandwidth, Switching switching, Duration patience) {
  /** When the guest goes on at the target. */
  public enum Switching {
    WITH_ALL_MEMORY,
    WHEN_TOLD
  }

  public static MigrationOptions fast() {
    return new MigrationOptions(
        OptionalInt.empty(), Switching.WITH_ALL_MEMORY, Duration.ofMinutes(2));
  }

  public static MigrationOptions withBandwidth(int mebibytesPerSecond) {
    return new MigrationOptions(
        OptionalInt.of(mebibytesPerSecond), Switching.WITH_ALL_MEMORY, Duration.ofMinutes(5));
  }

  /** The same, with post-copy. */
  public static MigrationOptions postCopyWithBandwidth(int mebibytesPerSecond) {
    return new MigrationOptions(
        OptionalInt.of(mebibytesPerSecond), Switching.WHEN_TOLD, Duration.ofMinutes(5));
  }

  List<String> words() {
    List<String> words = new ArrayList<>();
    bandwidth.ifPresent(rate -> words.addAll(List.of("--bandwidth", Integer.toString(rate))));
    if (switching == Switching.WHEN_TOLD) {
      words.add("--postcopy");
    }
    return words;
  }
}
