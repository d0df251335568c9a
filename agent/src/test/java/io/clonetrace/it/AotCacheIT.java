package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An AOT cache (JEP 514) trained and used with the agent's option on the command line. */
class AotCacheIT {
    private static final int FIRST = 25;

    private static List<String> java(Jdk jdk, String cache, String agent) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), cache));
        // -XX:AOTMode=on ends a JVM that can't use the cache.
        command.add(cache.contains("Output") ? "-XX:AOTMode=auto" : "-XX:AOTMode=on");
        command.addAll(List.of(agent, "-cp", Artifacts.DEMO.toString(), "io.clonetrace.demoapp.Exit", "7"));
        return command;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTestAndNewest")
    void agentIsOffWhileTheCacheIsTrainedAndOnWhenItIsUsed(Jdk jdk) throws Exception {
        assumeTrue(jdk.feature() >= FIRST, "no AOT cache in one step before JDK 25");
        Path folder = Artifacts.folder("aot-" + jdk);
        Path cache = folder.resolve("app.aot");
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=none", "record=" + recording);
        Run training = Run.toEnd(folder, "training", java(jdk, "-XX:AOTCacheOutput=" + cache, agent));
        assertEquals(0, training.exitStatus(), training.stdout() + training.stderr());
        assertTrue(training.stderr().contains("clonetrace: not started: this JVM writes an AOT cache"));
        assertTrue(Files.notExists(recording));

        Run run = Run.toEnd(folder, "app", java(jdk, "-XX:AOTCache=" + cache, agent));
        assertEquals(0, run.exitStatus(), run.stdout() + run.stderr());
        assertEquals("", run.stderr());
        assertEquals(7, Recorded.read(recording).named("clonetrace.ThreadStart").size());
    }
}
