package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.PortRange;

/** The ports that this agent may be given, both ends included. */
public record ReceivingPorts(int first, int last) {
  public ReceivingPorts {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "port range "
              + first
              + "-"
              + last
              + " is empty or not between 1 and 65535: write FIRST-LAST, such as 28152-28251");
    }
  }

  PortRange toApi() {
    return new PortRange(first, last);
  }
}
