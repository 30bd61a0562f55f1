package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A live migration from daemon to daemon, as KubeVirt does it. */
record Migration(String domain, Node source, Node target, MigrationOptions options) {

  MigrationResult run() {
    int sourceMark = source.events().count();
    int targetMark = target.events().count();
    Instant start = Instant.now();
    Command.Finished finished =
        source.virsh(words().toArray(String[]::new)).within(options.patience()).tryRun();
    Instant end = Instant.now();
    if (finished.exitCode() != 0) {
      return new MigrationResult.Failed(start, end, finished.output().strip());
    }
    LibvirtEvent suspended =
        source.events().await(sourceMark, "Suspended", event -> isOurs(event, "Suspended"));
    LibvirtEvent resumed =
        target.events().await(targetMark, "Resumed", event -> isOurs(event, "Resumed"));
    return new MigrationResult.Completed(
        start, suspended.received(), resumed.received(), end, downtime(suspended, resumed));
  }

  private Duration downtime(LibvirtEvent suspended, LibvirtEvent resumed) {
    return switch (options.switching()) {
      case WITH_ALL_MEMORY ->
          DomainJob.downtime(target.virsh("domjobinfo", domain, "--completed").run());
      // The target's libvirt keeps no figures of such a migration.
      case WHEN_TOLD -> Duration.between(suspended.received(), resumed.received());
    };
  }

  private boolean isOurs(LibvirtEvent event, String change) {
    return event.domain().equals(domain) && event.isLifecycle(change);
  }

  private List<String> words() {
    return words(domain, target.libvirtAddress(), options);
  }

  static List<String> words(String domain, LibvirtAddress target, MigrationOptions options) {
    List<String> words = new ArrayList<>(List.of("migrate", "--live", "--p2p"));
    words.addAll(options.words());
    words.addAll(List.of(domain, target.daemon(), "--migrateuri", target.memory()));
    return words;
  }
}
