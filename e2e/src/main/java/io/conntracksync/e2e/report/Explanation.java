package io.conntracksync.e2e.report;

import java.util.Locale;

/** Says in a sentence what the numbers of the control mean. */
final class Explanation {
  private Explanation() {}

  static String of(RunReport control) {
    int lost = control.connections() - control.survived();
    if (lost == 0) {
      return String.format(
          Locale.ROOT,
          "All %d TCP connections of the control survived, so the control shows nothing.",
          control.connections());
    }
    return String.format(
        Locale.ROOT,
        "%d of %d TCP connections died without ConntrackSync. The target's firewall dropped %d"
            + " packets of connections it never saw open (%d TCP, %d UDP); the VM was reachable by"
            + " a new connection: %s. %s",
        lost,
        control.connections(),
        control.firewall().dropped(),
        control.firewall().droppedTcp(),
        control.firewall().droppedUdp(),
        Figures.yesNo(control.newConnectionOk()),
        conclusion(control));
  }

  private static String conclusion(RunReport control) {
    if (!control.newConnectionOk()) {
      return "The firewall alone does not explain it: see the route and the VM.";
    }
    return control.firewall().droppedTcp() == 0
        ? "The firewall dropped no TCP: something else ended them."
        : "They died because of the firewall alone.";
  }
}
