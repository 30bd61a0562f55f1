package io.conntracksync.e2e.bed;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a migration is to go.
 *
 * @param bandwidth MiB a second for the memory copy, absent for as fast as it can: 5 stretches the
 *     copy of the idle guest to 15–20 s, time to open and close flows while it lasts
 * @param patience after which the migration is given up as stuck
 */
public record MigrationOptions(OptionalInt bandwidth, Duration patience) {
  public static MigrationOptions fast() {
    return new MigrationOptions(OptionalInt.empty(), Duration.ofMinutes(2));
  }

  public static MigrationOptions withBandwidth(int mebibytesPerSecond) {
    return new MigrationOptions(OptionalInt.of(mebibytesPerSecond), Duration.ofMinutes(5));
  }

  List<String> words() {
    return bandwidth.isPresent()
        ? List.of("--bandwidth", Integer.toString(bandwidth.getAsInt()))
        : List.of();
  }
}
