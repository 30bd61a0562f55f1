package io.conntracksync.e2e.traffic;

import java.util.List;

/**
 * One connection or UDP stream and how it fared. Times are milliseconds since the run's start.
 *
 * @param id unique within the run, in the order of opening
 * @param peer the peer's address and port
 * @param vm the VM's address and port
 * @param service address and port of the service that the VM connected to in order to reach the
 *     peer; empty when it was none
 * @param alive when it was answered, in order, broken where a silence was longer than {@link
 *     EchoTrail#BREAK_MILLIS}; for UDP: when those datagrams were sent that the VM received
 * @param lastEchoMillis the last answer; the opening when none came
 * @param longestGapMillis the longest time without an answer, the silence before the stop included
 * @param note what went wrong, or was odd; or empty
 */
public record Flow(
    int id,
    Transport transport,
    Opener opener,
    Family family,
    String peer,
    String vm,
    String service,
    long openedMillis,
    List<Span> alive,
    long lastEchoMillis,
    long longestGapMillis,
    Verdict verdict,
    String note) {
  public Flow {
    alive = List.copyOf(alive);
  }
}
