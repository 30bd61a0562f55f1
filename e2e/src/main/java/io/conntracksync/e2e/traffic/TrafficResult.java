package io.conntracksync.e2e.traffic;

import java.util.List;

/**
 * What the peer program measured. {@code startedMillis} and {@code stoppedMillis} are epoch
 * milliseconds; the times of flows count from {@code startedMillis}.
 */
public record TrafficResult(
    long startedMillis,
    long stoppedMillis,
    List<Mark> marks,
    List<NewConnection> newConnections,
    List<Flow> flows) {
  public TrafficResult {
    marks = List.copyOf(marks);
    newConnections = List.copyOf(newConnections);
    flows = List.copyOf(flows);
  }

  /** The flows of one transport, in the order of opening. */
  public List<Flow> flows(Transport transport) {
    return flows.stream().filter(flow -> flow.transport() == transport).toList();
  }

  /** How many flows of that transport ended alive. */
  public int survived(Transport transport) {
    return (int) flows(transport).stream().filter(flow -> flow.verdict() == Verdict.ALIVE).count();
  }
}
