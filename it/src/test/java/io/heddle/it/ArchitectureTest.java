package io.heddle.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom, as ARCHITECTURE.md says. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.heddle");

  private static final String[] SOUTHBOUND = {"io.heddle.openflow..", "io.heddle.ovsdb.."};
  private static final String[] COMPILER = {
    "io.heddle.flow..",
    "io.heddle.engine..",
    "io.heddle.compiler..",
    "io.heddle.expression..",
    "io.heddle.feature..",
    "io.heddle.trace..",
    "io.heddle.answer..",
    "io.heddle.bfd..",
    "io.heddle.neighbour.."
  };

  @Test
  void modelKnowsNobody() {
    ArchRule rule =
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
    rule.check(CLASSES);
  }

  /** Everybody may have it, heddlectl too, which has no log. */
  @Test
  void tlsKnowsNothingButJava() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.heddle.tls..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.heddle.model..",
                "io.heddle.v1..",
                "io.heddle.northbound..",
                "io.heddle.openflow..",
                "io.heddle.ovsdb..",
                "io.grpc..",
                "io.netty..",
                "org.slf4j..");
    rule.check(CLASSES);
  }

  @Test
  void compilerKnowsOnlyTheModel() {
    ArchRule rule =
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
    rule.check(CLASSES);
  }

  @Test
  void flowsKnowNoRows() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.heddle.flow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heddle.model..", "io.heddle.engine..", "io.heddle.v1..");
    rule.check(CLASSES);
  }

  @Test
  void engineKnowsNoFlows() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.heddle.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heddle.flow..", "io.heddle.compiler..", "io.heddle.feature..");
    rule.check(CLASSES);
  }

  @Test
  void northboundKnowsNoFlows() {
    ArchRule rule =
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
    rule.check(CLASSES);
  }

  @Test
  void southboundsDoNotKnowEachOther() {
    ArchRule rule =
        slices().matching("io.heddle.(openflow|ovsdb)..").should().notDependOnEachOther();
    rule.check(CLASSES);
  }

  @Test
  void southboundsKnowNoNorthbound() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(SOUTHBOUND)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heddle.northbound..", "io.heddle.console..");
    rule.check(CLASSES);
  }

  @Test
  void atomixIsBehindOnePackage() {
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("io.heddle..")
            .and()
            .resideOutsideOfPackage("io.heddle.northbound.raft..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("io.atomix..");
    rule.check(CLASSES);
  }

  @Test
  void grpcIsBehindTheNorthbound() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.heddle.northbound.grpc..",
                "io.heddle.northbound.client..",
                "io.heddle.northbound.ovsdb..",
                "io.heddle.v1..",
                "io.heddle.it..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..");
    rule.check(CLASSES);
  }

  /** Netty is there for gRPC, so that is the one which the OVSDB server uses too. */
  @Test
  void theOvsdbServerKnowsNettyButNotGrpc() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.heddle.northbound.ovsdb..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.grpc..")
                    .and(not(resideInAPackage("io.grpc.netty.shaded.io.netty.."))));
    rule.check(CLASSES);
  }

  @Test
  void openflowjavaIsBehindOnePackage() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.openflow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.opendaylight.openflowjava..",
                "org.opendaylight.yang.gen.v1.urn.opendaylight..");
    rule.check(CLASSES);
  }

  @Test
  void ovsdbLibraryIsBehindOnePackage() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.ovsdb..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.opendaylight.ovsdb..");
    rule.check(CLASSES);
  }

  @Test
  void antlrIsBehindOnePackage() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.expression..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.antlr..", "io.heddle.expression.internal..");
    rule.check(CLASSES);
  }

  @Test
  void osgiIsKnownOnlyToItsComponents() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("io.heddle..osgi..", "io.heddle.console..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.osgi..");
    rule.check(CLASSES);
  }

  @Test
  void namesAreDomainNouns() {
    ArchRule rule =
        noClasses()
            .should()
            .haveNameMatching("io\\.heddle\\.(?!v1).*(Impl|Manager|Util|Utils|Helper)(\\$.*)?");
    rule.check(CLASSES);
  }
}
