package io.conntracksync.e2e.pods;

import io.conntracksync.e2e.bed.LauncherImage;
import io.conntracksync.e2e.bed.LauncherRoot;
import java.util.List;
import java.util.function.Consumer;

/**
 * One migration from pod to pod.
 *
 * @param name of the migration, and so of its sync
 * @param agents settings of both agents beside the usual ones
 * @param source something done to the root of the launcher that the VM leaves, before it runs
 * @param image of the launcher that it reaches
 * @param target something done to the root of that one
 */
record Scenario(
    String name,
    List<String> agents,
    Consumer<LauncherRoot> source,
    LauncherImage image,
    Consumer<LauncherRoot> target) {
  Scenario {
    agents = List.copyOf(agents);
  }

  /** With nothing changed. */
  static Scenario stock(String name) {
    return new Scenario(name, List.of(), root -> {}, LauncherImage.WITH_MAIN_HOOK, root -> {});
  }

  Scenario withAgents(String... settings) {
    return new Scenario(name, List.of(settings), source, image, target);
  }

  Scenario leaving(Consumer<LauncherRoot> change) {
    return new Scenario(name, agents, change, image, target);
  }

  Scenario reaching(LauncherImage other) {
    return new Scenario(name, agents, source, other, target);
  }

  Scenario reaching(Consumer<LauncherRoot> change) {
    return new Scenario(name, agents, source, image, change);
  }
}
