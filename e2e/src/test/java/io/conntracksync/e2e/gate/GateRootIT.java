package io.conntracksync.e2e.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.BedSettings;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.product.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate in the libvirt of both nodes: whatever the agent does, guests go their way. */
final class GateRootIT {
  private static final BedSettings SETTINGS = BedSettings.of(Path.of(""));

  private static Bed bed;

  private VirtualMachine guest;

  @BeforeAll
  static void makeABedWithGates() {
    bed = Bed.up(SETTINGS.withGate(Build.ofThisCheckout().gate()));
  }

  @AfterAll
  static void closeTheBed() {
    bed.close();
  }

  @BeforeEach
  void startAGuestOnNodeA() {
    guest = bed.virtualMachine("default", "vm");
    guest.create(bed.nodeA());
  }

  @AfterEach
  void destroyTheGuest() {
    bed.nodes().forEach(guest::destroy);
  }

  @Test
  void withoutAnAgentNothingIsSaidAndAllWorks() throws IOException {
    String before = saidOnNodeA();

    assertThat(
            bed.nodeA()
                .command(
                    "sh",
                    "-c",
                    "grep -c conntracksync-gate.so /proc/$(cat /var/lib/libvirt/libvirtd.pid)/maps")
                .run())
        .as("mappings of the gate in the daemon")
        .isNotEqualTo("0\n");
    suspendAndResume();
    migrate();
    bed.nodeB().virsh("destroy", guest.domain()).run();

    assertThat(guest.state(bed.nodeB())).isEqualTo(DomainState.ABSENT);
    assertThat(saidOnNodeA()).isEqualTo(before);
  }

  @Test
  void anAgentThatHangsIsGivenUp() throws IOException {
    try (GateAgent agent = agent(GateAgent.SILENCE)) {
      suspendAndResume();
      assertThat(agent.asked()).containsExactly(pause(), pause());
      migrate();

      assertThat(agent.asked()).containsExactly(pause(), pause(), pause());
      assertThat(saidOnNodeA()).contains("no answer before the deadline; the pause goes on");
    }
  }

  @Test
  void anAgentThatAnswersGarbageIsGivenUp() throws IOException {
    try (GateAgent agent = agent("garbage")) {
      suspendAndResume();
      migrate();

      assertThat(agent.asked()).containsExactly(pause(), pause(), pause());
      assertThat(saidOnNodeA()).contains("an answer that is not known");
    }
  }

  @Test
  void aMigrationAsksOnceAtThePauseAndADestroyNever() throws IOException {
    try (GateAgent agent = agent("ok Drained")) {
      migrate();
      assertThat(agent.asked()).containsExactly(pause());

      bed.nodeB().virsh("destroy", guest.domain()).run();
      assertThat(agent.asked()).containsExactly(pause());
    }
  }

  private void suspendAndResume() {
    bed.nodeA().virsh("suspend", guest.domain()).run();
    assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.PAUSED);
    bed.nodeA().virsh("resume", guest.domain()).run();
    assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.RUNNING);
    assertThat(bed.client().isAnswered(guest.addresses().v4())).isTrue();
  }

  private void migrate() {
    guest.migrate(bed.nodeA(), bed.nodeB(), MigrationOptions.fast()).orThrow();
    assertThat(guest.state(bed.nodeB())).isEqualTo(DomainState.RUNNING);
    assertThat(bed.client().isAnswered(guest.addresses().v4())).isTrue();
  }

  private GateAgent agent(String answer) throws IOException {
    Path log = SETTINGS.work().resolve("gate-agent.log");
    return GateAgent.answering(answer, bed.nodeA(), guest.domain(), log);
  }

  private String pause() {
    return "pause " + guest.domain() + " " + guest.uuid();
  }

  private static String saidOnNodeA() throws IOException {
    return Files.readString(bed.nodeA().libvirtOutput());
  }
}
