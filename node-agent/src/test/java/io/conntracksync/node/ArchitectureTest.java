package io.conntracksync.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows between the agent's packages, and what only some of them may touch. */
class ArchitectureTest {
  private static final String ROOT = "io.conntracksync.node.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.conntracksync.node");

  @Test
  void arrowsPointDown() {
    check(
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("agent")
            .definedBy(ROOT + "agent..")
            .layer("backend")
            .definedBy(ROOT + "backend..")
            .layer("kube")
            .definedBy(ROOT + "kube..")
            .layer("journal")
            .definedBy(ROOT + "journal..")
            .layer("session")
            .definedBy(ROOT + "session..")
            .layer("pod")
            .definedBy(ROOT + "pod..")
            .layer("libvirt")
            .definedBy(ROOT + "libvirt..")
            .layer("gatekeeping")
            .definedBy(ROOT + "gatekeeping..")
            .layer("transfer")
            .definedBy(ROOT + "transfer..")
            .layer("table")
            .definedBy(ROOT + "table")
            .layer("backends")
            .definedBy(ROOT + "table.(*)..")
            .layer("launcher")
            .definedBy(ROOT + "launcher..")
            .layer("linux")
            .definedBy(ROOT + "linux..")
            .whereLayer("agent")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("backend")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("kube")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("agent", "kube", "libvirt", "journal", "pod")
            .whereLayer("pod")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("libvirt")
            .mayOnlyBeAccessedByLayers("agent", "pod")
            .whereLayer("gatekeeping")
            .mayOnlyBeAccessedByLayers("agent", "pod")
            .whereLayer("transfer")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("table")
            .mayOnlyBeAccessedByLayers(
                "agent", "backend", "kube", "session", "journal", "transfer", "backends")
            .whereLayer("backends")
            .mayOnlyBeAccessedByLayers("agent", "backend")
            .whereLayer("launcher")
            .mayOnlyBeAccessedByLayers("agent", "pod")
            .whereLayer("linux")
            .mayOnlyBeAccessedByLayers(
                "agent", "backend", "gatekeeping", "launcher", "backends", "pod"));
  }

  @Test
  void sessionsKnowTablesAndThemselves() {
    // So that every fault can be played without a cluster, a peer or a kernel.
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "session..")
            .should()
            .dependOnClassesThat(
                not(
                    resideInAPackage(ROOT + "session..")
                        .or(resideInAPackage(ROOT + "table"))
                        .or(
                            resideInAnyPackage(
                                "java.lang..",
                                "java.io..",
                                "java.time..",
                                "java.util..",
                                "org.slf4j.."))
                        .or(
                            com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                java.net.InetAddress.class)))));
  }

  @Test
  void libvirtsClientKnowsSessionsOnly() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "libvirt..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                ROOT + "agent..",
                ROOT + "kube..",
                ROOT + "transfer..",
                ROOT + "table..",
                ROOT + "linux..",
                ROOT + "gatekeeping.."));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching(ROOT + "(**)").should().beFreeOfCycles());
  }

  @Test
  void timeIsAnInput() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "agent..", ROOT + "linux..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class));
  }

  @Test
  void eachLibraryHasOnePlace() {
    onlyIn("io.fabric8..", "kube..");
    onlyIn("jnr..", "linux..");
    onlyIn("okhttp3..", "table.ciliumapi..");
    onlyIn("javax.net.ssl..", "transfer..");
    onlyIn("io.micrometer..", "agent..");
    onlyIn("picocli..", "agent..");
    onlyIn("org.libvirt..", "libvirt..");
    onlyIn("com.sun.jna..", "libvirt..");
  }

  @Test
  void namesSaySomething() {
    check(
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", "..helpers.."));
  }

  @Test
  void nothingMutableIsStatic() {
    check(fields().that().areStatic().should().beFinal());
  }

  @Test
  void onlyTheAgentMayExit() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "agent..")
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  private static void onlyIn(String library, String place) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + place)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
