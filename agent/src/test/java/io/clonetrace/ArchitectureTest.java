package io.clonetrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.clonetrace.boot.Premain;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may import whom: the table of the design's section "Layout". */
class ArchitectureTest {
    private static final String ROOT = "io.clonetrace.";

    /** Each package of ours, and those of ours that it may import. */
    private static final Map<String, String> MAY_IMPORT = new LinkedHashMap<>();

    static {
        MAY_IMPORT.put("boot", "");
        MAY_IMPORT.put("cli", "run report agent demo correlate hook trace event limit stack linux clone");
        MAY_IMPORT.put("run", "trace linux clone");
        MAY_IMPORT.put("report", "clone stack");
        MAY_IMPORT.put("agent", "demo correlate hook trace event limit stack linux clone");
        MAY_IMPORT.put("demo", "correlate hook trace event limit stack linux clone");
        MAY_IMPORT.put("correlate", "clone stack trace event");
        MAY_IMPORT.put("hook", "");
        MAY_IMPORT.put("trace", "clone linux");
        MAY_IMPORT.put("event", "");
        MAY_IMPORT.put("stack", "linux");
        MAY_IMPORT.put("limit", "");
        MAY_IMPORT.put("linux", "");
        MAY_IMPORT.put("clone", "");
    }

    private static JavaClasses ours;

    @BeforeAll
    static void read() throws URISyntaxException {
        URI product = Premain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        ours = new ClassFileImporter()
                // A class of java.lang, made for the inside of java.base.
                .withImportOption(location -> !location.contains("/slots/"))
                .importPath(Path.of(product));
    }

    static Iterable<String> packages() {
        return MAY_IMPORT.keySet();
    }

    private static String[] subtrees(String names) {
        return Arrays.stream(names.split(" ")).map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    @Test
    void everyPackageIsInTheTable() {
        check(classes().should().resideInAnyPackage(subtrees(String.join(" ", MAY_IMPORT.keySet()))));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyWhatTheTableAllows(String name) {
        String allowed = MAY_IMPORT.get(name).isEmpty() ? name : name + " " + MAY_IMPORT.get(name);
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.clonetrace..").and(outside(subtrees(allowed)))));
    }

    @Test
    void noCycles() {
        check(slices().matching("io.clonetrace.(**)").should().beFreeOfCycles());
    }

    /** A library, or a module that an image may lack, and who may use it. */
    @ParameterizedTest
    @CsvSource({
        "com.sun.jna.., linux",
        "net.bytebuddy.., hook",
        "picocli.., cli",
        "jdk.jfr.., event correlate demo agent report.read",
        "java.lang.instrument.., boot hook agent",
        "java.lang.management.., agent.jmx",
        "javax.management.., agent.jmx",
    })
    void aLibraryStaysInItsPackage(String library, String names) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(subtrees(names))
                .should()
                .dependOnClassesThat(resideInAPackage(library)));
    }

    @Test
    void onlyTheCommandLineEndsTheJvm() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "boot..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void nothingButTheLibrariesAboveIsBroughtAlong() {
        check(noClasses()
                .should()
                .dependOnClassesThat(outside(
                        "io.clonetrace..",
                        "java..",
                        "javax.management..",
                        "jdk.jfr..",
                        "com.sun.jna..",
                        "net.bytebuddy..",
                        "picocli..")));
    }

    private static DescribedPredicate<JavaClass> outside(String... packages) {
        return DescribedPredicate.not(resideInAnyPackage(packages));
    }

    private static void check(ArchRule rule) {
        rule.check(ours);
    }
}
