package io.conntracksync.e2e.faults;

import java.util.List;

/**
 * What ends a migration, and what else goes wrong at that moment.
 *
 * @param end how KubeVirt takes it
 * @param accident what happens to an agent, before or after
 */
record Blow(End end, Accident accident) {
  /** How often each agent is killed in ten: it takes seconds until one works again. */
  private static final List<Accident> ACCIDENTS =
      List.of(
          Accident.NONE,
          Accident.NONE,
          Accident.NONE,
          Accident.NONE,
          Accident.TARGET_AGENT_KILLED,
          Accident.NONE,
          Accident.NONE,
          Accident.NONE,
          Accident.NONE,
          Accident.SOURCE_AGENT_KILLED);

  enum End {
    /** The user deletes the migration; while memory is copied, libvirt's job is aborted. */
    CANCELLED,
    /** The migration fails; while memory is copied, because the target's QEMU is killed. */
    FAILED
  }

  enum Accident {
    NONE,
    SOURCE_AGENT_KILLED,
    TARGET_AGENT_KILLED
  }

  /** The blow of that repetition: in twenty, each end meets each accident. */
  static Blow of(int repetition) {
    int tens = repetition / ACCIDENTS.size();
    End end = (repetition + tens) % 2 == 0 ? End.CANCELLED : End.FAILED;
    return new Blow(end, ACCIDENTS.get(repetition % ACCIDENTS.size()));
  }
}
