package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.Hello;
import io.clonetrace.it.host.Visible;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With the agent, an application prints what it prints without, and finds its JVM as it is without. */
class QuietIT {
    /** Set by JFR itself in every JVM that records. */
    private static final String OF_JFR = "\\w+ property (jdk\\.jfr\\.repository|user\\.timezone)=.*";

    /** The application without the agent. */
    private static final Map<Jdk, Run> ALONE = new HashMap<>();

    /** A way to run the agent, which writes elsewhere than the application's working directory. */
    private record Way(String name, boolean records, boolean traced) {
        String agent(Path files) {
            String source = "source=" + (traced ? "strace:" + files.resolve("app.strace") : "none");
            String record = "record=" + files.resolve("app.jfr");
            return records ? Artifacts.agent(source, Run.WAIT, record) : Artifacts.agent(source, Run.WAIT);
        }

        List<String> command(Path files, List<String> java) {
            return traced ? Commands.strace(files.resolve("app.strace").toString(), java) : java;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> ways() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of(
                                new Way("no source", false, false),
                                new Way("no source, record", true, false),
                                new Way("strace", false, true),
                                new Way("strace, record", true, true))
                        .map(way -> Arguments.of(jdk, way)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("ways")
    void nothingIsPrintedOrLeftInTheWorkingDirectory(Jdk jdk, Way way) throws Exception {
        Path files = Artifacts.folder("quiet-files-" + jdk + way);
        Path cwd = Artifacts.folder("quiet-" + jdk + way);
        List<String> java = Commands.host(jdk, List.of(way.agent(files)), Hello.class);
        Run run = Run.toEnd(cwd, "app", way.command(files, java));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("hello, world\n", run.stdout());
        assertEquals("", run.stderr());
        assertEquals(Set.of("app.out", "app.err"), names(cwd));
        assertEquals(way.records(), names(files).contains("app.jfr"));
    }

    /**
     * JNA would put its library below the user's home or XDG_CACHE_HOME, which under sudo -E belongs to another user;
     * for a user without a home, Java says "?", which is a folder in the working directory.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void commandsAndTracersLeaveNoFiles(Jdk jdk) throws Exception {
        Path cwd = Artifacts.folder("quiet-own-" + jdk);
        // JNA itself would take the first for another JVM's leftover, because of the second, and delete both.
        Path temporary = Artifacts.folder("quiet-own-tmp-" + jdk);
        Files.createFile(temporary.resolve("jna1"));
        Files.createFile(temporary.resolve("jna1.x"));
        String property = "-Djava.io.tmpdir=" + temporary;
        List<String> trace = Commands.clonetrace(jdk, "trace", "--source", "ptrace", "true");
        trace.addAll(1, List.of("-Duser.home=?", property, "-Xlog:class+load:file=classes"));
        Run commandLine = Run.start(cwd, "trace", trace, Map.of("XDG_CACHE_HOME", ""));
        assertEquals(0, commandLine.exitStatus(), commandLine.stderr());
        List<String> classes = Files.readAllLines(cwd.resolve("classes"));
        assertTrue(classes.stream().anyMatch(line -> line.contains(" com.sun.jna.Native ")));
        // Of what JNA itself would do: run ldconfig, and name a file at random.
        for (String spared : List.of(" java.lang.ProcessBuilder ", " java.security.SecureRandom ")) {
            assertTrue(classes.stream().noneMatch(line -> line.contains(spared)), spared);
        }
        Files.delete(cwd.resolve("classes"));
        Path cache = cwd.resolve("cache");
        List<String> java =
                Commands.host(jdk, List.of(property, Artifacts.agent("source=ptrace", Run.WAIT)), Hello.class);
        Run tracer = Run.start(cwd, "app", java, Map.of("XDG_CACHE_HOME", cache.toString()));
        assertEquals(0, tracer.exitStatus(), tracer.stderr());
        assertEquals("", tracer.stderr());
        assertEquals(Set.of("trace.out", "trace.err", "app.out", "app.err"), names(cwd));
        assertEquals(Set.of("jna1", "jna1.x"), names(temporary));
    }

    /** The agent's threads and JFR's are in another thread group, so that the application is alone in its own. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("ways")
    void propertiesThreadsAndThreadGroupAreTheApplicationsOwn(Jdk jdk, Way way) throws Exception {
        Path files = Artifacts.folder("quiet-own-files-" + jdk + way);
        Run alone = alone(jdk);
        // In the same working directory, which is a property.
        Path cwd = alone.out().getParent();
        List<String> java = Commands.host(jdk, List.of(way.agent(files)), Visible.class);
        Run run = Run.toEnd(cwd, way.toString(), way.command(files, java));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("", run.stderr());
        List<String> before = alone.stdout().lines().toList();
        List<String> after = run.stdout()
                .lines()
                .filter(line -> !way.records() || !line.matches(OF_JFR))
                .toList();
        assertTrue(before.containsAll(List.of("thread main", "alone")), before::toString);
        assertEquals(List.of(), without(before, after), "there with the agent only");
        assertEquals(List.of(), without(after, before), "gone with the agent");
    }

    private static Run alone(Jdk jdk) throws IOException, InterruptedException {
        if (!ALONE.containsKey(jdk)) {
            Path folder = Artifacts.folder("quiet-own-alone-" + jdk);
            ALONE.put(jdk, Run.toEnd(folder, "alone", Commands.host(jdk, List.of(), Visible.class)));
        }
        return ALONE.get(jdk);
    }

    private static List<String> without(List<String> less, List<String> lines) {
        return lines.stream().filter(line -> !less.contains(line)).toList();
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
