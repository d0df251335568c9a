package io.clonetrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.clonetrace.boot.Premain;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may import which: the table is repeated in ARCHITECTURE.md. */
class ArchitectureTest {
    private static final String ROOT = "io.clonetrace.";

    /** Each package of ours, and those of ours that it may import. */
    private static final Map<String, String> MAY_IMPORT = new LinkedHashMap<>();

    static {
        row("boot", "");
        row(
                "cli",
                "cli.attach cli.doctor cli.top cli.target cli.manual cli.output run explain.input explain.evidence explain flags report.text report.html report.json report.compare report.finding report.read report.model agent.attach agent.options agent.host trace.ptrace trace.log trace.wire trace stack unwind linux.process linux.proc linux.file linux clone");
        row("cli.attach", "cli.output cli.target run report.text agent.attach agent.options trace.ptrace trace linux");
        row(
                "cli.doctor",
                "cli.target run trace.ptrace trace.strace trace limit unwind linux.process linux.tracefs linux.memory linux.file linux.proc linux clone");
        row(
                "cli.target",
                "run report.text agent.limits agent.attach agent.options trace.ptrace trace stack limit unwind linux.process linux.file linux.proc linux");
        row(
                "cli.top",
                "cli.attach cli.target cli.output live agent.attach report.text report.json report.model stack limit linux.file linux.proc");
        row("cli.manual", "");
        row("cli.output", "report.text report.json report.read stack linux.file linux");
        row(
                "run",
                "trace.ebpf trace.tracefs trace.ptrace trace.strace trace.wire trace unwind linux.process linux.file linux.proc linux clone");
        row(
                "explain",
                "explain.input explain.hserr explain.console explain.javacore explain.calllog explain.dump explain.limit explain.memory explain.evidence report.text report.json report.finding report.model clone");
        row("explain.input", "explain.evidence");
        row("explain.hserr", "explain.evidence");
        row("explain.console", "explain.evidence");
        row("explain.javacore", "explain.evidence");
        row("explain.calllog", "explain.evidence trace.log clone");
        row("explain.dump", "explain.evidence");
        row("explain.limit", "explain.evidence");
        row("explain.memory", "explain.evidence");
        row("explain.evidence", "report.model");
        row("flags", "report.text clone");
        row("live", "report.read report.model stack limit linux.proc linux");
        row("report.text", "report.compare report.finding report.summary report.model clone");
        row("report.html", "report.json report.compare report.finding report.summary report.model clone");
        row("report.json", "report.compare report.finding report.summary report.model clone");
        row("report.compare", "report.finding report.summary report.model clone");
        row("report.finding", "report.summary report.model clone");
        row("report.summary", "report.model clone");
        row("report.read", "report.chunk report.model linux");
        row("report.chunk", "report.model");
        row("report.model", "clone");
        row(
                "agent",
                "agent.jmx agent.code agent.starts agent.creators agent.stacks agent.limits agent.source agent.attach agent.recording agent.options agent.host demo correlate hook trace stack unwind linux.hotspot linux.process linux.proc linux clone");
        row("agent.code", "agent.host hook event");
        row(
                "agent.jmx",
                "agent.creators agent.stacks agent.recording agent.host correlate event trace stack limit clone");
        row(
                "agent.starts",
                "agent.creators agent.stacks agent.limits agent.recording agent.host correlate hook event linux.hotspot clone");
        row(
                "agent.stacks",
                "agent.recording agent.options agent.host correlate hook event stack unwind linux.hotspot linux.process linux clone");
        row("agent.limits", "agent.stacks agent.recording agent.host correlate event trace stack limit linux");
        row(
                "agent.source",
                "agent.attach agent.recording agent.options agent.host correlate event trace.ebpf trace.tracefs trace.child trace.wire trace unwind linux.hotspot linux.proc clone");
        row("agent.creators", "clone");
        row("agent.attach", "agent.options");
        row("agent.recording", "agent.options agent.host event linux");
        row("agent.options", "trace");
        row("agent.host", "linux.hotspot linux.proc");
        row("demo", "correlate event stack linux.process linux.proc linux.memory linux clone");
        row("correlate", "event clone");
        row("hook", "");
        row("packaging", "");
        row("event", "");
        row("trace.ebpf", "trace unwind linux.process linux.tracefs linux.bpf linux.file linux.proc linux clone");
        row("trace.tracefs", "trace linux.process linux.tracefs linux.proc linux clone");
        row("trace.ptrace", "trace.wire trace unwind linux.process linux.proc linux clone");
        row("trace.child", "trace.strace trace.wire trace unwind linux.file linux.proc linux");
        row("trace.strace", "trace.wire trace linux.proc linux");
        row("trace.log", "trace.wire trace linux clone");
        row("trace.wire", "trace unwind linux.process clone");
        row("trace", "unwind linux.proc linux clone");
        row("unwind", "unwind.elf linux.process linux.proc linux clone");
        row("unwind.elf", "");
        row("stack", "linux.hotspot linux.memory linux");
        row("limit", "");
        row("linux.hotspot", "linux.memory linux.proc linux.jna linux");
        row("linux.process", "linux.proc linux.jna linux");
        row("linux.tracefs", "linux.bpf linux.proc linux.jna linux");
        row("linux.bpf", "linux.memory linux.jna linux");
        row("linux.memory", "linux.jna linux");
        row("linux.file", "linux.proc linux.jna linux");
        row("linux.proc", "linux");
        row("linux.jna", "linux");
        row("linux.jna.logging", "");
        row("linux.jna.cleaning", "");
        row("linux", "");
        row("clone", "");
    }

    private static void row(String name, String mayImport) {
        if (MAY_IMPORT.put(name, mayImport) != null) {
            throw new IllegalStateException("two rows for " + name);
        }
    }

    /** Events without their suffix, and classes of the tests. */
    private static final Set<String> OUTSIDE_THE_PRODUCT = Set.of(
            "ThreadStart",
            "ThreadStartFailed",
            "ThreadStack",
            "ThreadLimit",
            "SourceStatus",
            "ArchitectureTest",
            "KernelSourcesIT",
            "DocumentedOutputIT",
            "EverySourceIT",
            "SourceKindTest",
            "RecordingToolsIT");

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

    private static String[] packages(String names) {
        return Arrays.stream(names.split(" ")).map(name -> ROOT + name).toArray(String[]::new);
    }

    private static String[] subtrees(String names) {
        return Arrays.stream(names.split(" ")).map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    @Test
    void everyPackageIsInTheTable() {
        check(classes().should().resideInAnyPackage(packages(String.join(" ", MAY_IMPORT.keySet()))));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void importsOnlyWhatTheTableAllows(String name) {
        String allowed = MAY_IMPORT.get(name).isEmpty() ? name : name + " " + MAY_IMPORT.get(name);
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(resideInAPackage("io.clonetrace..").and(outside(packages(allowed)))));
    }

    @Test
    void architectureMdHasTheSameTable() throws IOException {
        Map<String, String> written = new LinkedHashMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|.*\\| ([\\w. -]+) \\|$")
                .matcher(Files.readString(Path.of("..", "ARCHITECTURE.md"))
                        .replaceAll("(?s).*<!-- packages -->|<!-- /packages -->.*", ""));
        while (row.find()) {
            assertNull(written.put(row.group(1), row.group(2).equals("-") ? "" : row.group(2)), row.group(1));
        }
        assertEquals(MAY_IMPORT, written);
    }

    /** What ARCHITECTURE.md and CONTRIBUTING.md name in code font and in camel case is a class of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"ARCHITECTURE.md", "CONTRIBUTING.md"})
    void papersNameClassesThatExist(String paper) throws IOException {
        Set<String> known = ours.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
        Matcher name = Pattern.compile("`([A-Z][a-z]+[A-Z]\\w*)`").matcher(Files.readString(Path.of("..", paper)));
        Set<String> unknown = new TreeSet<>();
        while (name.find()) {
            if (!known.contains(name.group(1)) && !OUTSIDE_THE_PRODUCT.contains(name.group(1))) {
                unknown.add(name.group(1));
            }
        }
        assertEquals(Set.of(), unknown);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void everyPackageSaysWhatItIsFor(String name) {
        Path sign = Path.of("src/main/java/io/clonetrace", name.replace('.', '/'), "package-info.java");
        assertTrue(Files.exists(sign), sign::toString);
    }

    @Test
    void noCycles() {
        check(slices().matching("io.clonetrace.(**)").should().beFreeOfCycles());
    }

    /** A library, or a module that an image may lack, and who may use it. */
    @ParameterizedTest
    @CsvSource({
        "com.sun.jna.., linux",
        "io.clonetrace.linux.jna.., linux",
        "net.bytebuddy.., hook packaging",
        "picocli.., cli",
        "org.jline.., cli.top",
        "jdk.jfr.., event correlate demo agent live report.read",
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
                        "org.jline..",
                        "picocli..")));
    }

    private static DescribedPredicate<JavaClass> outside(String... packages) {
        return DescribedPredicate.not(resideInAnyPackage(packages));
    }

    private static void check(ArchRule rule) {
        rule.check(ours);
    }
}
