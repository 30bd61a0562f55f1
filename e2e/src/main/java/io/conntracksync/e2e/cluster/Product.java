package io.conntracksync.e2e.cluster;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.OperatorProcess;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** ConntrackSync, installed and running on all nodes of a cluster. */
public final class Product implements AutoCloseable {
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private OperatorProcess operator;

  private Product() {}

  /** Installs hooks, starts agents and operator, and returns when all are ready. */
  public static Product installIn(Cluster cluster) {
    Product product = new Product();
    try {
      cluster.installHooks();
      for (Node node : cluster.bed().nodes()) {
        AgentProcess agent = cluster.startAgent(node);
        product.running.push(agent);
        product.agents.put(node.name(), agent);
      }
      product.operator = cluster.startOperator();
      product.running.push(product.operator);
      return product;
    } catch (RuntimeException e) {
      product.close();
      throw e;
    }
  }

  public OperatorProcess operator() {
    return operator;
  }

  public AgentProcess agentOf(Node node) {
    return agents.get(node.name());
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot stop a program of ConntrackSync", e);
      }
    }
  }
}
