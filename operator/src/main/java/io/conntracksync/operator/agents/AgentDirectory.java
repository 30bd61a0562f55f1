package io.conntracksync.operator.agents;

/** Looks up the agents of nodes. */
public interface AgentDirectory {
  /** What is seen of that node's agent now. */
  AgentSight look(String node);
}
