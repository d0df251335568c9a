package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code clonetrace run --user}: what an ordinary user's command inherits from root, and can do to it. */
class RunUserIT {
    /** Prints its variables, then its descriptors: each open one has an entry in its own /proc. */
    private static final String WHAT_IT_HAS =
            "env; for fd in 0 1 2 3 4 5 6 7 8 9 10 11 12 13; do [ ! -e /proc/$$/fd/$fd ] || echo \"fd $fd\"; done";

    /** Moves the folder of the pipes away and puts a link to root's folder in its place. */
    private static final String HOSTILE = "d=$(ls -d \"$1\"/clonetrace-run-*) && mv $d $d.away && ln -s \"$2\" $d";

    private static Run run(
            Path folder, Path temporary, String source, Map<String, String> environment, String... command)
            throws Exception {
        List<String> run = new ArrayList<>(List.of("sh", "-c", "exec 3</dev/null 7</dev/null; exec \"$@\"", "sh"));
        run.addAll(List.of(Jdk.underTest().findFirst().orElseThrow().tool("java"), "-Djava.io.tmpdir=" + temporary));
        run.addAll(List.of("-jar", Artifacts.JAR.toString(), "run", "--user", "nobody", "--source", source));
        run.addAll(List.of("--record", folder.resolve("app.jfr").toString(), "--"));
        run.addAll(List.of(command));
        Run all = Run.start(folder, "app", run, environment);
        all.exitStatus();
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "ptrace"})
    void commandHasNoRightsOfRoot(String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("run-user-has-" + source);
        Map<String, String> roots = Map.of("SECRET", "1", "JAVA_TOOL_OPTIONS", "-Dsecret=1", "LC_ALL", "C.UTF-8");
        Run run = run(folder, folder, source, roots, "sh", "-c", WHAT_IT_HAS);
        assertEquals(0, run.exitStatus(), run.stderr());
        List<String> has = run.stdout().lines().toList();
        assertEquals(
                List.of("fd 0", "fd 1", "fd 2"),
                has.stream().filter(line -> line.startsWith("fd ")).toList());
        assertTrue(has.containsAll(List.of("USER=nobody", "LOGNAME=nobody", "LC_ALL=C.UTF-8")), has::toString);
        assertTrue(has.stream().anyMatch(line -> line.startsWith("JDK_JAVA_OPTIONS=-javaagent:")), has::toString);
        assertTrue(has.stream().anyMatch(line -> line.startsWith("PATH=")), has::toString);
        assertFalse(run.stdout().contains("secret=") || run.stdout().contains("SECRET"), run.stdout());
        assertFalse(has.contains("HOME=" + System.getenv("HOME")), has::toString);
    }

    /** The temporary folder is not sticky, so the user may move what belongs to root. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "ebpf"})
    void linkInPlaceOfThePipesIsNotFollowed(String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = OrdinaryUser.folder(
                "run-user-moves-" + source, Jdk.underTest().findFirst().orElseThrow());
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path victim = Files.createDirectory(folder.resolve("victim"));
        for (String name : List.of("1", "important")) {
            Files.createFile(victim.resolve(name));
        }
        Run run = run(
                folder,
                temporary,
                source,
                Map.of(),
                "sh",
                "-c",
                HOSTILE,
                "sh",
                temporary.toString(),
                victim.toString());
        assertEquals(0, run.exitStatus(), run.stderr());
        try (Stream<Path> left = Files.list(victim)) {
            assertEquals(2, left.count());
        }
        try (Stream<Path> left = Files.list(temporary)) {
            Path away = left.filter(path -> path.toString().endsWith(".away"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(0, Files.getAttribute(away, "unix:uid"));
        }
    }
}
