package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.FlowEnds;
import java.net.InetAddress;
import java.util.Set;

/**
 * Where the VM's address stands in a flow of its, which depends on the place from which its table
 * sees it. The original tuple is taken before translation and the reply tuple before it is
 * translated back: their sources are the real ends, their destinations what each end takes the
 * other for.
 */
public enum VmAddress {
  /**
   * It is a real end, whatever is translated on the way. The rule for a table that a node's VMs and
   * everybody else share.
   */
  REAL_END(Cta.FILTER_SOURCE) {
    @Override
    int attribute(Family family) {
      return family.sourceType();
    }

    @Override
    FlowEnds ends(Flow flow) {
      return flow.ends();
    }
  },

  /**
   * It is what others take the VM for: behind it the guest has another, internal address. The rule
   * for the namespace of a launcher pod, where KubeVirt's masquerade binding translates; all flows
   * there belong to one VM.
   */
  SHOWN_END(Cta.FILTER_DESTINATION) {
    @Override
    int attribute(Family family) {
      return family.destinationType();
    }

    @Override
    FlowEnds ends(Flow flow) {
      return new FlowEnds(flow.reply().destination(), flow.id().original().destination());
    }

    /** Not if it is a real end as well: such flows are the launcher's own and end with it. */
    @Override
    boolean isOf(Flow flow, Set<InetAddress> addresses) {
      return super.isOf(flow, addresses) && !REAL_END.isOf(flow, addresses);
    }
  };

  private final int filter;

  VmAddress(int filter) {
    this.filter = filter;
  }

  /** Type of the attribute of a tuple in which it stands. */
  abstract int attribute(Family family);

  /** The two addresses one of which has to be the VM's: who opened the flow, and who answers. */
  abstract FlowEnds ends(Flow flow);

  /** The bit that makes the kernel compare that attribute in a dump. */
  int filter() {
    return filter;
  }

  /** Whether the flow is one of a VM with these addresses. */
  boolean isOf(Flow flow, Set<InetAddress> addresses) {
    FlowEnds ends = ends(flow);
    return addresses.contains(ends.initiator()) || addresses.contains(ends.responder());
  }
}
