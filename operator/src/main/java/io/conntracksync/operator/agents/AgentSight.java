package io.conntracksync.operator.agents;

import java.time.Instant;
import java.util.Objects;

/** What is seen of a node's agent. */
public sealed interface AgentSight {
  /** There is no Node of that name. */
  record UnknownNode() implements AgentSight {}

  /** The node has no ConntrackNode: no agent ever ran there. */
  record NoAgent() implements AgentSight {}

  /** The agent says itself that it cannot sync. */
  record NotReady(String why) implements AgentSight {
    public NotReady {
      Objects.requireNonNull(why, "why");
    }
  }

  /** The agent was ready, but does not renew its Lease any more. */
  record Silent(Instant lastSeen) implements AgentSight {
    public Silent {
      Objects.requireNonNull(lastSeen, "lastSeen");
    }
  }

  /** The agent says that it is ready, but has no Lease, so nobody knows whether it is alive. */
  record NoLease() implements AgentSight {}

  /** The agent can sync. */
  record Ready(Agent agent) implements AgentSight {
    public Ready {
      Objects.requireNonNull(agent, "agent");
    }
  }
}
