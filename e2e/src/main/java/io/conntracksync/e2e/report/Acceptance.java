package io.conntracksync.e2e.report;

import java.util.ArrayList;
import java.util.List;

/** Whether the demo showed what it promises; {@code unmet} says what it did not. */
public record Acceptance(boolean met, List<String> unmet) {
  private static final int LEAST_CONNECTIONS = 20;
  private static final int LEAST_ENTRIES = 20;

  public Acceptance {
    unmet = List.copyOf(unmet);
  }

  static Acceptance of(
      DatapathReport datapath, RunReport control, RunReport synced, SyncReport sync) {
    List<String> unmet = new ArrayList<>();
    if (control.connections() < LEAST_CONNECTIONS) {
      unmet.add(
          "the control needs at least "
              + LEAST_CONNECTIONS
              + " connections, it had "
              + control.connections());
    }
    if (control.survived() != 0) {
      unmet.add(
          control.survived()
              + " connections survived the control: its firewall proves nothing, see its rules and"
              + " nf_conntrack_tcp_loose");
    }
    if (!control.newConnectionOk()) {
      unmet.add(
          "the VM was not reachable by a new connection after the control: more than the firewall"
              + " failed, see the route and the VM");
    }
    if (control.firewall().droppedTcp() == 0) {
      unmet.add("the target's firewall dropped nothing in the control: something else failed");
    }
    if (synced.connections() < LEAST_CONNECTIONS || synced.survived() != synced.connections()) {
      unmet.add(
          "all of at least "
              + LEAST_CONNECTIONS
              + " connections must survive with ConntrackSync, it was "
              + synced.survived()
              + " of "
              + synced.connections());
    }
    if (!sync.phase().equals("Completed")) {
      unmet.add("the sync must end Completed, it is \"" + sync.phase() + "\": " + sync.message());
    }
    if (sync.entries() < LEAST_ENTRIES) {
      unmet.add(
          "at least " + LEAST_ENTRIES + " entries must reach the target, it was " + sync.entries());
    }
    if (!sync.hook().outcome().equals("Imported")) {
      unmet.add("the hook must be answered Imported, it was \"" + sync.hook().outcome() + "\"");
    }
    unmet.addAll(DatapathAcceptance.unmet(datapath, control, synced));
    return new Acceptance(unmet.isEmpty(), unmet);
  }
}
