package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.demo.CloneDemo;
import io.clonetrace.demo.DemoStress;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The native clone demo, a thousand times in one JVM, while other threads make HotSpot use its signals. */
@Tag("long")
class DemoStressIT {
    private static final String WARM_UP = "20";
    private static final String ROUNDS = "1000";
    private static final long DEADLINE_MINUTES = 10;
    private static final String JNA = "com.sun.jna.Callback"; // one that loads nothing native

    static Stream<Jdk> jdks() {
        return Jdk.underTest();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void thousandRoundsOfTheDemoLeaveNothing(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("demo-stress-" + jdk.feature());
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        // A heap whose mappings don't change, and a real SIGSEGV for each NullPointerException.
        List<String> options = List.of("-Xcheck:jni", "-Xms64m", "-Xmx64m", "-XX:-OmitStackTraceInFastThrow");
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), DemoStress.class.getName(), WARM_UP, ROUNDS));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(Redirect.to(err.toFile()))
                .start();
        if (!process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), Files.readString(err));
        String said = Files.readString(err);
        assertTrue(said.contains("rounds=" + ROUNDS + " tasksLeft=0 processesLeft=0 mappingsLeft=0 "), said);
        assertTrue(Files.readString(out).contains("Full thread dump"), "no thread dump was printed");
    }

    private static String classPath() throws Exception {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(DemoStress.class, CloneDemo.class, Class.forName(JNA))) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }
}
