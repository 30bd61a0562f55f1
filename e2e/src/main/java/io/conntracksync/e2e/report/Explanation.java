package io.conntracksync.e2e.report;

import java.util.Locale;

/** Says in a sentence what the numbers of the control mean. */
final class Explanation {
  private Explanation() {}

  static String of(RunReport control) {
    int lost = control.connections() - control.survived();
    String counted =
        String.format(
            Locale.ROOT,
            "%d of %d TCP connections of the control ended; the target's firewall dropped %d packets"
                + " of connections it never saw open (%d TCP, %d UDP)",
            lost,
            control.connections(),
            control.firewall().dropped(),
            control.firewall().droppedTcp(),
            control.firewall().droppedUdp());
    if (lost == 0) {
      return counted + ". Nothing died, so the control shows nothing.";
    }
    if (!control.newConnectionOk()) {
      return counted
          + ". The VM was not reachable by a new connection either, so the firewall alone does not"
          + " explain it.";
    }
    if (control.firewall().droppedTcp() == 0) {
      return counted
          + ". The VM was reachable by a new connection, yet the firewall dropped no TCP: something"
          + " else ended them.";
    }
    return counted
        + ", while the VM itself was reachable by a new connection: yes. They died because of the"
        + " firewall alone.";
  }
}
