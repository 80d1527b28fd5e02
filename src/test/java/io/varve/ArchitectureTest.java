package io.varve;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/** The rules that hold the structure of the code together. */
final class ArchitectureTest {
  private static final String ROOT = "io.varve";

  /** Which packages of ours a package may use. A package that is not listed breaks the build. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("storage", Set.of("model")),
          Map.entry("storage.rocksdb", Set.of("model", "storage")),
          Map.entry("mvcc", Set.of("model", "storage")),
          Map.entry("txn", Set.of("model", "mvcc")),
          Map.entry("checkpoint", Set.of("model", "storage", "mvcc")),
          Map.entry("jobs", Set.of("model", "storage", "mvcc", "txn", "checkpoint")),
          Map.entry("metrics", Set.of("model", "storage", "mvcc", "txn", "checkpoint", "jobs")),
          Map.entry("health", Set.of("model", "storage", "mvcc", "txn", "checkpoint", "jobs")),
          Map.entry("tracing", Set.of()),
          Map.entry("access", Set.of("model")),
          Map.entry("authentication", Set.of("model", "access")),
          Map.entry(
              "web",
              Set.of(
                  "model",
                  "txn",
                  "checkpoint",
                  "jobs",
                  "tracing",
                  "access",
                  "authentication",
                  "web.openapi")),
          Map.entry("web.openapi", Set.of("model")),
          Map.entry("client", Set.of()));

  /** Wires everything, so it may use everything; nothing may use it. */
  private static final String CONFIG = "config";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackage_isListed() {
    var known = new TreeSet<>(MAY_USE.keySet());
    known.add(CONFIG);
    assertThat(packagesOf(MAIN))
        .as("a new package needs a place in the layers: add it to MAY_USE")
        .isSubsetOf(known);
  }

  @Test
  void layers_pointDownwards() {
    MAY_USE.forEach(
        (name, allowed) -> {
          String[] forbidden =
              packagesOf(MAIN).stream()
                  .filter(other -> !other.equals(name) && !allowed.contains(other))
                  .map(ArchitectureTest::qualified)
                  .toArray(String[]::new);
          check(
              noClasses()
                  .that(resideInAPackage(qualified(name)))
                  .should()
                  .dependOnClassesThat(resideInAnyPackage(forbidden))
                  .because("a reader must be able to stop at any layer"));
        });
  }

  @Test
  void nothing_usesTheConfiguration() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(qualified(CONFIG))
            .should()
            .dependOnClassesThat(resideInAPackage(qualified(CONFIG)))
            .because("only wiring knows the configuration; everyone else gets plain arguments"));
  }

  @Test
  void packages_haveNoCycles() {
    check(
        slices()
            .matching(ROOT + ".(**)")
            .should()
            .beFreeOfCycles()
            .because("packages in a cycle are one package"));
  }

  @Test
  void rocksDb_isUsedInOnePackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(qualified("storage.rocksdb"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..")
            .because("native handles have one owner, and the storage must stay replaceable"));
  }

  @Test
  void core_usesNoFramework() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                qualified("model"),
                qualified("storage"),
                qualified("storage.rocksdb"),
                qualified("mvcc"),
                qualified("txn"),
                qualified("access"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.springframework..",
                "io.micrometer..",
                "io.opentelemetry..",
                "jakarta..",
                "tools.jackson..",
                "com.fasterxml..")
            .because("the core runs and is tested without a server"));
  }

  @Test
  void client_needsOnlyTheJdkAndJackson() {
    check(
        noClasses()
            .that()
            .resideInAPackage(qualified("client"))
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                qualified("client"),
                "java..",
                "javax.net.ssl..",
                "tools.jackson..",
                "org.jspecify.annotations..",
                "com.google.errorprone.annotations..")
            .because("an application takes the client alone, without the server's libraries"));
  }

  @Test
  void packages_areNullMarked() {
    assertThat(MAIN.stream().map(JavaClass::getPackage))
        .as("every package needs a package-info.java with @NullMarked")
        .allMatch(javaPackage -> javaPackage.isAnnotatedWith(NullMarked.class));
  }

  @Test
  void time_isInjected() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(qualified(CONFIG))
            .should()
            .accessTargetWhere(isPlain(System.class, "currentTimeMillis"))
            .orShould()
            .accessTargetWhere(isPlain(Instant.class, "now"))
            .orShould()
            .accessTargetWhere(isPlain(Clock.class, "systemUTC"))
            .orShould()
            .accessTargetWhere(isPlain(Clock.class, "systemDefaultZone"))
            .because("a test must be able to move the clock; take a Clock from the configuration"));
  }

  @Test
  void randomness_hasASeed() {
    ArchRule rule =
        noClasses()
            .should()
            .accessTargetWhere(isPlain(Random.class, CONSTRUCTOR_NAME))
            .orShould()
            .accessTargetWhere(isPlain(Math.class, "random"))
            .because("a seed must reproduce every run");
    check(rule);
    checkTests(rule);
  }

  @Test
  void dependencies_comeThroughConstructors() {
    check(
        noFields()
            .should()
            .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
            .orShould()
            .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
            .orShould()
            .beAnnotatedWith("jakarta.inject.Inject")
            .orShould()
            .beAnnotatedWith("jakarta.annotation.Resource")
            .because("an object is complete once it is constructed"));
    check(
        noMethods()
            .should()
            .beAnnotatedWith("jakarta.annotation.PostConstruct")
            .orShould()
            .beAnnotatedWith("jakarta.annotation.PreDestroy")
            .because("a bean's life is visible where the bean is declared"));
  }

  @Test
  void logging_usesSlf4j() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..")
            .because("there is one logging interface, SLF4J"));
  }

  @Test
  void disabledTests_giveAReason() {
    checkTests(
        classes()
            .that()
            .areAnnotatedWith(Disabled.class)
            .should(giveAReason())
            .because("nobody may wonder why a test is off"));
    checkTests(
        methods()
            .that()
            .areAnnotatedWith(Disabled.class)
            .should(giveAReason())
            .because("nobody may wonder why a test is off"));
  }

  @Test
  void testClasses_haveANameThatIsRun() {
    checkTests(
        methods()
            .that(are(metaAnnotatedAsTests()))
            .should(beDeclaredInAClassThatIsRun())
            .because("the build runs *Test and *IT, and a test that never runs proves nothing"));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }

  private static void checkTests(ArchRule rule) {
    rule.allowEmptyShould(true).check(TESTS);
  }

  private static String qualified(String name) {
    return ROOT + '.' + name;
  }

  /** Names relative to the root package, which itself holds the main class only. */
  private static Set<String> packagesOf(JavaClasses classes) {
    return classes.stream()
        .map(JavaClass::getPackageName)
        .filter(name -> name.startsWith(ROOT + '.'))
        .map(name -> name.substring(ROOT.length() + 1))
        .collect(toCollection(TreeSet::new));
  }

  /**
   * A call or method reference without arguments; the variant that takes a Clock or a seed is fine.
   */
  private static DescribedPredicate<JavaAccess<?>> isPlain(Class<?> owner, String name) {
    return DescribedPredicate.describe(
        "target is " + owner.getSimpleName() + '.' + name + "()",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getOwner().isEquivalentTo(owner)
                && target.getName().equals(name)
                && target.getRawParameterTypes().isEmpty());
  }

  private static DescribedPredicate<JavaMethod> metaAnnotatedAsTests() {
    return DescribedPredicate.describe(
        "test methods",
        method ->
            method.isMetaAnnotatedWith(Testable.class) || method.isAnnotatedWith(Testable.class));
  }

  private static ArchCondition<JavaMethod> beDeclaredInAClassThatIsRun() {
    return new ArchCondition<>("be in a class named *Test or *IT, or in an abstract *Contract") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        JavaClass outermost = method.getOwner();
        while (outermost.getEnclosingClass().isPresent()) {
          outermost = outermost.getEnclosingClass().get();
        }
        String name = outermost.getSimpleName();
        boolean run =
            outermost.getModifiers().contains(JavaModifier.ABSTRACT)
                ? name.endsWith("Contract")
                : name.endsWith("Test") || name.endsWith("IT");
        events.add(new SimpleConditionEvent(method, run, method.getFullName()));
      }
    };
  }

  private static <T extends CanBeAnnotated & HasName.AndFullName> ArchCondition<T> giveAReason() {
    return new ArchCondition<>("give a reason") {
      @Override
      public void check(T item, ConditionEvents events) {
        boolean hasReason = false;
        if (item instanceof JavaClass type) {
          hasReason = !type.getAnnotationOfType(Disabled.class).value().isBlank();
        } else if (item instanceof JavaMethod method) {
          hasReason = !method.getAnnotationOfType(Disabled.class).value().isBlank();
        }
        events.add(new SimpleConditionEvent(item, hasReason, item.getFullName()));
      }
    };
  }
}
