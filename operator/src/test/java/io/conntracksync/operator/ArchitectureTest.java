package io.conntracksync.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.Client;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.time.Instant;

/** The arrows between the packages, as README.md draws them. */
@AnalyzeClasses(packages = "io.conntracksync.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("program")
          .definedBy("..operator.program..")
          .layer("migration")
          .definedBy("..operator.migration..")
          .layer("sync")
          .definedBy("..operator.sync..")
          .layer("agents")
          .definedBy("..operator.agents..")
          .layer("ports")
          .definedBy("..operator.ports..")
          .layer("kubevirt")
          .definedBy("..operator.kubevirt..")
          .layer("health")
          .definedBy("..operator.health..")
          .whereLayer("program")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("health")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("migration")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("sync")
          .mayOnlyBeAccessedByLayers("program", "migration")
          .whereLayer("agents")
          .mayOnlyBeAccessedByLayers("program", "sync")
          .whereLayer("ports")
          .mayOnlyBeAccessedByLayers("sync", "agents")
          .whereLayer("kubevirt")
          .mayOnlyBeAccessedByLayers("program", "sync", "migration");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("io.conntracksync.operator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule timeIsAnInput =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.program..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .because("a test that cannot set the time cannot test it");

  @ArchTest
  static final ArchRule reconcilersHoldNoClient =
      noClasses()
          .that()
          .implement(Reconciler.class)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Client.class)
          .because("they compose; writers write");

  @ArchTest
  static final ArchRule portsKnowNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage("..operator.ports..", "..operator.settings..", "..operator.health..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule decisionsAreFreeOfTheOutside =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Judge")
          .or()
          .haveSimpleNameEndingWith("Planner")
          .or()
          .haveSimpleNameEndingWith("Checks")
          .or()
          .haveSimpleName("Conclusions")
          .or()
          .haveSimpleName("Cleanup")
          .or()
          .haveSimpleName("MigrationReader")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client.dsl..",
              "io.fabric8.kubernetes.client.informers..",
              "io.javaoperatorsdk..",
              "org.slf4j..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock");

  @ArchTest
  static final ArchRule onlyMainExits =
      noClasses()
          .that()
          .doNotHaveSimpleName("Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule staticsAreConstants =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should()
          .beFinal();

  @ArchTest
  static final ArchRule packagesAreConcerns =
      classes()
          .should()
          .resideOutsideOfPackages("..util..", "..utils..", "..impl..", "..helpers..", "..model..");
}
