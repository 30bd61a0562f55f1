package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.NewConnection;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.conntracksync.e2e.traffic.Transport;
import java.time.Duration;
import java.util.List;

/**
 * One migration under traffic. {@code connections}, {@code survived} and {@code longestGapMillis}
 * are of TCP alone; {@code udpDetail} holds the UDP streams.
 *
 * @param newConnectionOk a connection opened after the migration reached the VM at every address
 * @param downtimeMillis how long the VM stood still
 * @param migrationMillis from the order to its end
 */
public record RunReport(
    int connections,
    int survived,
    GapReport longestGapMillis,
    FirewallReport firewall,
    boolean newConnectionOk,
    long downtimeMillis,
    long migrationMillis,
    Timeline timeline,
    List<NewConnection> newConnections,
    List<Flow> connectionsDetail,
    List<Flow> udpDetail) {
  public RunReport {
    newConnections = List.copyOf(newConnections);
    connectionsDetail = List.copyOf(connectionsDetail);
    udpDetail = List.copyOf(udpDetail);
  }

  /** {@code firewall}: the target's, what was counted from before the migration to the end. */
  public static RunReport of(
      TrafficResult traffic,
      FirewallReport firewall,
      Duration downtime,
      Duration migration,
      List<Band> bands) {
    List<Flow> tcp = traffic.flows(Transport.TCP);
    return new RunReport(
        tcp.size(),
        traffic.survived(Transport.TCP),
        GapReport.of(tcp),
        firewall,
        !traffic.newConnections().isEmpty()
            && traffic.newConnections().stream().allMatch(NewConnection::ok),
        downtime.toMillis(),
        migration.toMillis(),
        new Timeline(traffic.startedMillis(), traffic.stoppedMillis(), bands),
        traffic.newConnections(),
        tcp,
        traffic.flows(Transport.UDP));
  }

  /** The connections to services. */
  List<Flow> toServices() {
    return connectionsDetail.stream().filter(flow -> !flow.service().isEmpty()).toList();
  }

  UdpReport.Run udp() {
    int survived = (int) udpDetail.stream().filter(FlowWords::survived).count();
    return new UdpReport.Run(udpDetail.size(), survived);
  }
}
