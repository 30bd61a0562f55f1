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
 * @param image of the launcher that the VM reaches
 * @param change something done to that launcher's root before anything runs in it
 */
record Scenario(
    String name, List<String> agents, LauncherImage image, Consumer<LauncherRoot> change) {
  Scenario {
    agents = List.copyOf(agents);
  }

  /** With nothing changed. */
  static Scenario stock(String name) {
    return new Scenario(name, List.of(), LauncherImage.WITH_MAIN_HOOK, root -> {});
  }

  Scenario withAgents(String... settings) {
    return new Scenario(name, List.of(settings), image, change);
  }

  Scenario into(LauncherImage other) {
    return new Scenario(name, agents, other, change);
  }

  Scenario after(Consumer<LauncherRoot> other) {
    return new Scenario(name, agents, image, other);
  }
}
