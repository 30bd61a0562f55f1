package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.bed.Datapath;
import java.nio.file.Path;

/**
 * What the demo runs with.
 *
 * @param connections TCP connections, half of them opened by the VM; at least 20
 * @param streams UDP streams
 * @param datapath of the nodes
 * @param output where the report goes
 */
public record DemoSettings(int connections, int streams, Datapath datapath, Path output) {
  private static final int LEAST_CONNECTIONS = 20;

  public DemoSettings {
    if (connections < LEAST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "the demo needs at least " + LEAST_CONNECTIONS + " connections, not " + connections);
    }
    if (streams < 0) {
      throw new IllegalArgumentException("a number of UDP streams below zero: " + streams);
    }
    output = output.toAbsolutePath().normalize();
  }
}
