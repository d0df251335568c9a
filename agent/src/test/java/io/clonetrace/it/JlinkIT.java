package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JVMs without a module that the agent can use: the application runs, and one line says what is missing. */
class JlinkIT {
    private static final int THREADS = 53;
    private static final String[] DEMO = {
        "-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS, "--processes", "" + DemoTruth.PROCESSES
    };
    private static final List<String> OPTIONAL = List.of("jdk.jfr", "java.logging", "java.management");

    /** Outside target/, because the images are large. */
    @TempDir
    private Path images;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void agentIsNotStartedInAnImageWithoutJfr(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jlink-without-any-" + jdk);
        Jdk image = image(jdk, folder, "java.instrument");
        Path recording = folder.resolve("app.jfr");
        Run run = unchanged(image, folder, "app", List.of(), "source=ptrace", Run.WAIT, "record=" + recording);
        OneLine.said(run, noJfr("link its image by jlink"), "the application runs without the agent");
        assertFalse(Files.exists(recording));
        for (List<String> command : List.of(
                List.of("report", recording.toString()),
                List.of("run", "--", image.tool("java"), "-version"),
                List.of("demo"))) {
            OneLine.said(failed(image, folder, command), "this java has no module jdk.jfr", "the java of a JDK");
        }
        // A JVM can be attached to without the module jdk.attach.
        String pid = "" + ProcessHandle.current().pid();
        Run stacks = Run.toEnd(folder, "stacks", Commands.clonetrace(image, "stacks", pid));
        assertEquals("", stacks.stderr());
        assertTrue(stacks.stdout().contains("Attach Listener"), stacks.stdout());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void recordingIsCompleteInAnImageWithJfrAlone(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jlink-with-jfr-" + jdk);
        Jdk image = image(jdk, folder, "java.instrument,jdk.jfr");
        Path recording = folder.resolve("app.jfr");
        Run run = unchanged(image, folder, "app", List.of(), "source=ptrace", Run.WAIT, "record=" + recording);
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded, 3);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
        assertEquals(0, recorded.status("ptrace").getLong("lost"), recorded.status("ptrace")::toString);
        OneLine.said(
                unchanged(image, folder, "jmx", List.of(), "source=none", "jmx=true"),
                "no MXBean: this JVM has no module java.management; link its image by jlink with --add-modules");
    }

    /** One at a time, without an image: a JVM can be told to ignore modules. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void eachMissingModuleIsNamed(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jlink-without-one-" + jdk);
        for (String missing : OPTIONAL) {
            List<String> modules = new ArrayList<>(OPTIONAL);
            modules.remove(missing);
            List<String> limited = List.of("--limit-modules", "java.instrument," + String.join(",", modules));
            Run run = unchanged(jdk, folder, missing, limited, "source=none");
            if (missing.equals("jdk.jfr")) {
                OneLine.said(run, noJfr("start it"));
            } else {
                assertEquals(List.of(), run.agentLines());
            }
        }
    }

    private static String noJfr(String remedy) {
        return "not started: nothing can be recorded: this JVM has no module jdk.jfr; " + remedy
                + " with --add-modules jdk.jfr";
    }

    /** Runs the demo application with the agent and without: they differ only in the agent's lines. */
    private static Run unchanged(Jdk jdk, Path folder, String name, List<String> options, String... agent)
            throws IOException, InterruptedException {
        List<String> java = new ArrayList<>(List.of(jdk.tool("java")));
        java.addAll(options);
        List<String> demo = new ArrayList<>(List.of(DEMO));
        demo.addAll(List.of("--only", "plain,timer,process"));
        List<String> plain = new ArrayList<>(java);
        plain.addAll(demo);
        java.add(Artifacts.agent(agent));
        java.addAll(demo);
        Run alone = Run.toEnd(folder, name + "-plain", plain);
        Run run = Run.toEnd(folder, name, java);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(alone.exitStatus(), run.exitStatus());
        assertEquals(alone.stdout(), run.stdout());
        assertEquals(
                alone.stderr().lines().toList(),
                run.stderr()
                        .lines()
                        .filter(line -> !line.startsWith("clonetrace:"))
                        .toList());
        return run;
    }

    private static Run failed(Jdk jdk, Path folder, List<String> words) throws IOException, InterruptedException {
        List<String> command = Commands.clonetrace(jdk);
        command.addAll(words);
        Run run = Run.toEnd(folder, words.get(0), command);
        assertEquals(1, run.exitStatus(), run.stderr());
        assertEquals("", run.stdout());
        assertEquals(run.agentLines(), run.stderr().lines().toList());
        return run;
    }

    private Jdk image(Jdk jdk, Path folder, String modules) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(jdk.tool("jlink"))), () -> jdk + " has no jlink");
        Path image = images.resolve("image");
        Run jlink = Run.toEnd(
                folder, "jlink", List.of(jdk.tool("jlink"), "--add-modules", modules, "--output", image.toString()));
        // Without jmods, JDK 24 and newer can link from the modules they run on, if they were built for that.
        assumeTrue(
                jlink.exitStatus() == 0 || Files.isDirectory(jdk.home().resolve("jmods")),
                () -> jdk + " has no jmods, and its jlink refuses to do without; see " + jlink.out());
        assertEquals(0, jlink.exitStatus(), jlink.stdout() + jlink.stderr());
        return new Jdk(image, jdk.feature());
    }
}
