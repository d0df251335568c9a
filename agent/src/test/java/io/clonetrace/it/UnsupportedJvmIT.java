package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.NamesOpenJ9;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JVMs that clonetrace does not support get one sentence, and nothing of it stays. No JVM of these kinds is at hand:
 * the tests give HotSpot what clonetrace knows them by, a library with the name of musl's, and a name.
 */
class UnsupportedJvmIT {
    private static final String WITHOUT_AGENT = "; the application runs without the agent";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void theAgentDoesNotStartWithMusl(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("musl-" + jdk));
        refuses(
                application,
                application.java(Artifacts.agent("record=" + recording(application))),
                musl(application),
                "this JVM uses the C library musl, and clonetrace needs glibc");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void theAgentDoesNotStartInOpenJ9(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("openj9-" + jdk));
        refuses(
                application,
                application.java(
                        TestAgent.option(application.folder(), NamesOpenJ9.class),
                        Artifacts.agent("record=" + recording(application))),
                Map.of(),
                "this JVM is Eclipse OpenJ9 VM, and clonetrace needs HotSpot");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsLoadedIntoAJvmWithMusl(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("musl-attach-" + jdk));
        Run app = Run.start(application.folder(), "app", application.java(), musl(application));
        try (app) {
            Application.tell(app, 1);
            Application.awaitStarted(app, 1);
            long pid = app.process().pid();
            for (String command : List.of("attach", "detach")) {
                Run refused =
                        Run.toEnd(application.folder(), command, Commands.clonetrace(jdk, command, Long.toString(pid)));
                assertEquals(1, refused.exitStatus());
                OneLine.said(refused, "JVM " + pid + " uses the C library musl, and clonetrace's agent needs glibc");
            }
            assertFalse(Files.exists(Path.of("/tmp/.java_pid" + pid)), "no request was made");
            Run doctor = Run.toEnd(
                    application.folder(), "doctor", Commands.clonetrace(jdk, "doctor", "--json", Long.toString(pid)));
            assertTrue(doctor.stdout().contains("with musl"), doctor.stdout());
            Application.end(app);
        }
    }

    /** A tool with musl: what it would observe by native code is untested there. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void commandsOfAJvmWithMusl(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("musl-command-" + jdk));
        String self = Long.toString(ProcessHandle.current().pid());
        Map<String, String> musl = musl(application);
        for (List<String> words : List.of(
                List.of("run", "--", "true"),
                List.of("trace", "true"),
                List.of("attach", self),
                List.of("stacks", self))) {
            Run run = Run.start(
                    application.folder(), words.get(0), Commands.clonetrace(jdk, words.toArray(new String[0])), musl);
            assertEquals(1, run.exitStatus());
            OneLine.said(run, "this java uses the C library musl", "run clonetrace with a JDK for glibc");
        }
    }

    private static void refuses(
            Application application, List<String> command, Map<String, String> environment, String sentence)
            throws IOException, InterruptedException {
        Run run = application.unchanged(command, environment);
        assertEquals(List.of("clonetrace: not started: " + sentence + WITHOUT_AGENT), run.agentLines());
        assertFalse(Files.exists(recording(application)));
    }

    private static Path recording(Application application) {
        return application.folder().resolve("app.jfr");
    }

    /** A harmless library, by the name of musl's. */
    private static Map<String, String> musl(Application application) throws IOException {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        assumeTrue(Files.exists(library), "this JDK has no libjsig.so");
        Path named = application.folder().resolve("ld-musl-x86_64.so.1");
        Files.copy(library, named);
        return Map.of("LD_PRELOAD", named.toString());
    }
}
