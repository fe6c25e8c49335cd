package io.heddle.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom, as ARCHITECTURE.md says. */
@AnalyzeClasses(packages = "io.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] SOUTHBOUND = {"io.heddle.openflow..", "io.heddle.ovsdb.."};
  private static final String[] COMPILER = {
    "io.heddle.flow..",
    "io.heddle.engine..",
    "io.heddle.compiler..",
    "io.heddle.feature..",
    "io.heddle.trace.."
  };

  @ArchTest
  static final ArchRule modelKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("io.heddle.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.heddle.flow..",
              "io.heddle.engine..",
              "io.heddle.compiler..",
              "io.heddle.feature..",
              "io.heddle.trace..",
              "io.heddle.northbound..",
              "io.heddle.openflow..",
              "io.heddle.ovsdb..",
              "io.heddle.console..");

  @ArchTest
  static final ArchRule compilerKnowsOnlyTheModel =
      noClasses()
          .that()
          .resideInAnyPackage(COMPILER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.heddle.northbound..",
              "io.heddle.openflow..",
              "io.heddle.ovsdb..",
              "io.heddle.console..");

  @ArchTest
  static final ArchRule flowsKnowNoRows =
      noClasses()
          .that()
          .resideInAPackage("io.heddle.flow..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.heddle.model..", "io.heddle.engine..", "io.heddle.v1..");

  @ArchTest
  static final ArchRule engineKnowsNoFlows =
      noClasses()
          .that()
          .resideInAPackage("io.heddle.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.heddle.flow..", "io.heddle.compiler..", "io.heddle.feature..");

  @ArchTest
  static final ArchRule northboundKnowsNoFlows =
      noClasses()
          .that()
          .resideInAPackage("io.heddle.northbound..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.heddle.flow..",
              "io.heddle.engine..",
              "io.heddle.compiler..",
              "io.heddle.feature..",
              "io.heddle.trace..",
              "io.heddle.openflow..",
              "io.heddle.ovsdb..",
              "io.heddle.console..");

  @ArchTest
  static final ArchRule southboundsDoNotKnowEachOther =
      slices().matching("io.heddle.(openflow|ovsdb)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule southboundsKnowNoNorthbound =
      noClasses()
          .that()
          .resideInAnyPackage(SOUTHBOUND)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.heddle.northbound..", "io.heddle.console..");

  @ArchTest
  static final ArchRule atomixIsBehindOnePackage =
      classes()
          .that()
          .resideInAPackage("io.heddle..")
          .and()
          .resideOutsideOfPackage("io.heddle.northbound.raft..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("io.atomix..");

  @ArchTest
  static final ArchRule grpcIsBehindTheNorthbound =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.heddle.northbound.grpc..",
              "io.heddle.northbound.client..",
              "io.heddle.v1..",
              "io.heddle.it..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc..");

  @ArchTest
  static final ArchRule openflowjavaIsBehindOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.heddle.openflow..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.opendaylight.openflowjava..", "org.opendaylight.yang.gen.v1.urn.opendaylight..");

  @ArchTest
  static final ArchRule ovsdbLibraryIsBehindOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.heddle.ovsdb..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.opendaylight.ovsdb..");

  @ArchTest
  static final ArchRule osgiIsKnownOnlyToItsComponents =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.heddle..osgi..", "io.heddle.console..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.osgi..");

  @ArchTest
  static final ArchRule namesAreDomainNouns =
      noClasses()
          .should()
          .haveNameMatching("io\\.heddle\\.(?!v1).*(Impl|Manager|Util|Utils|Helper)(\\$.*)?");
}
