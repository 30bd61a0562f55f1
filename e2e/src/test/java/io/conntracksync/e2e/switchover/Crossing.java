package io.conntracksync.e2e.switchover;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.Mark;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.conntracksync.e2e.traffic.Transport;
import io.conntracksync.e2e.traffic.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A migration under connections that were opened at random moments.
 *
 * @param switchover what the gate was answered, and how long it held the pause; or that there was
 *     none
 * @param pauseMillis from QEMU's stop on the source to libvirt's word that the VM runs on the
 *     target
 * @param opened connections that were opened, or tried to be
 * @param beforeThePause of these, before the VM's CPUs stopped
 * @param inTheLast50Millis of these, in the last 50 ms before that
 * @param duringThePause opened after the VM's CPUs stopped
 * @param lost that were not answered any more at the end, or never
 * @param lostOfTheLast50Millis of the lost, those opened in the last 50 ms before the pause
 * @param neverArrived connections that the VM says it opened and that the peer never saw
 * @param notes why connections were lost, and what went wrong beside
 * @param oddities of connections that survived
 */
record Crossing(
    String from,
    String to,
    long seed,
    String switchover,
    long pauseMillis,
    int opened,
    int openedByPeer,
    int openedByVm,
    int beforeThePause,
    int inTheLast50Millis,
    int duringThePause,
    int lost,
    int lostOfTheLast50Millis,
    int neverArrived,
    List<String> notes,
    List<String> oddities) {
  private static final long LAST_MILLIS = 50;

  /** Enough connections were opened in the last moments to say something of those. */
  @JsonIgnore
  boolean isTelling() {
    return opened >= 200 && inTheLast50Millis >= 5;
  }

  /** The two nodes and the seed of one crossing, and what became of its last changes. */
  record Way(String from, String to, long seed, String switchover) {}

  /**
   * @param alreadyOpenByVm how many of the VM's connections were opened on order, without a mark
   */
  static Crossing of(
      Way way,
      TrafficResult traffic,
      Instant stopped,
      MigrationResult.Completed migration,
      int alreadyOpenByVm) {
    List<Flow> flows = traffic.flows(Transport.TCP);
    long stop = stopped.toEpochMilli() - traffic.startedMillis();
    LongPredicate before = at -> at <= stop;
    LongPredicate last = at -> at <= stop && at > stop - LAST_MILLIS;
    List<Flow> lost = flows.stream().filter(flow -> flow.verdict() != Verdict.ALIVE).toList();
    int byVm = count(flows, flow -> flow.opener() == Opener.VM);
    int dialled =
        (int) traffic.marks().stream().filter(mark -> mark.name().equals(Mark.VM_DIALLED)).count();
    return new Crossing(
        way.from(),
        way.to(),
        way.seed(),
        way.switchover(),
        Duration.between(stopped, migration.resumed()).toMillis(),
        flows.size(),
        flows.size() - byVm,
        byVm,
        count(flows, flow -> before.test(flow.openedMillis())),
        count(flows, flow -> last.test(flow.openedMillis())),
        count(flows, flow -> !before.test(flow.openedMillis())),
        lost.size(),
        count(lost, flow -> last.test(flow.openedMillis())),
        dialled + alreadyOpenByVm - byVm,
        Stream.concat(
                lost.stream().map(flow -> describe(flow, stop)),
                traffic.marks().stream()
                    .map(Mark::name)
                    .filter(name -> name.startsWith(Mark.NOT_DIALLED)))
            .toList(),
        flows.stream()
            .filter(flow -> flow.verdict() == Verdict.ALIVE && !flow.note().isEmpty())
            .map(flow -> describe(flow, stop))
            .toList());
  }

  private static String describe(Flow flow, long stop) {
    return "%s opened by %s, %d ms before the pause: %s"
        .formatted(flow.peer(), flow.opener(), stop - flow.openedMillis(), flow.note());
  }

  private static int count(List<Flow> flows, Predicate<Flow> wanted) {
    return (int) flows.stream().filter(wanted).count();
  }
}
