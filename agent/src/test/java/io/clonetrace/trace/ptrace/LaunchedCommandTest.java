package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that a tracer starts. */
@Timeout(60)
class LaunchedCommandTest {
    private static final String PRINT = "printf '%s|' \"$@\"; echo; env -0 | tr '\\0' ' '";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String TRAP = "trap 'echo got; exit 3' %s; echo ready; while :; do sleep 0.01; done";

    @TempDir
    Path folder;

    @Test
    void standardStreamsAndExitStatusPassThrough() throws Exception {
        try (Child tracer = launch("sh", "-c", "read word; echo \"<$word>\"; echo wrong >&2; exit 7")) {
            tracer.tell("some word");
            assertEquals("<some word>", tracer.out().readLine());
            assertEquals(7, tracer.awaitEnd());
            assertEquals(
                    Set.of("wrong", TracerProgram.FORWARDS),
                    tracer.errorText().lines().collect(Collectors.toSet()));
        }
    }

    @Test
    void argumentsAndEnvironmentPassThrough() throws Exception {
        try (Child tracer = launch("sh", "-c", PRINT, "sh", "", "a b", "$x'\"")) {
            assertEquals("|a b|$x'\"|", tracer.out().readLine());
            String environment = tracer.out().readLine();
            assertTrue(environment.contains("PATH=" + System.getenv("PATH") + " "), environment);
            assertEquals(0, tracer.awaitEnd());
        }
    }

    @Test
    void missingCommandIsReported() throws Exception {
        try (Child tracer = launch("no-such-command")) {
            assertEquals(127, tracer.awaitEnd());
            assertTrue(tracer.errorText().contains("no-such-command: not found"), tracer.errorText());
        }
    }

    @Test
    void killedCommandHasItsSignalAsStatus() throws Exception {
        try (Child tracer = launch("sh", "-c", "kill -SEGV $$")) {
            assertEquals(128 + 11, tracer.awaitEnd());
        }
    }

    /** The command handles the signal, ends as it likes, and the tracer ends with it. */
    @ParameterizedTest
    @CsvSource({"HUP, 1", "INT, 2", "TERM, 15"})
    void signalsPassThrough(String signal, int number) throws Exception {
        assumeFalse(ignored(number), () -> "SIG" + signal + " is ignored here, and no shell can handle it then");
        try (Child tracer = launch("sh", "-c", String.format(TRAP, signal))) {
            tracer.expect("ready");
            // Before, the signal would end the tracer alone.
            assertTimeoutPreemptively(DEADLINE, () -> {
                while (!tracer.errorText().contains(TracerProgram.FORWARDS)) {
                    Thread.sleep(1);
                }
            });
            Child.signal(tracer.pid(), signal);
            tracer.expect("got");
            assertEquals(3, tracer.awaitEnd());
        }
    }

    /** As of nohup, or of a background job of a script; our children inherit it. */
    private static boolean ignored(int signal) throws IOException {
        String mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow()
                .substring("SigIgn:".length())
                .strip();
        return (Long.parseUnsignedLong(mask, 16) >> (signal - 1) & 1) == 1;
    }

    /** The JVM's main thread is the first that it creates: a tracer that attaches later does not see that clone. */
    @Test
    void firstCloneOfAJvmIsSeen() throws Exception {
        List<String> command = Child.javaCommand(List.of(), ThreadMaker.class);
        try (Child tracer = launch(command.toArray(String[]::new))) {
            tracer.expect("ready");
            tracer.ask("short 7 1", "done");
            assertEquals(0, tracer.end());
        }
        Trace seen = Trace.read(folder.resolve("trace"));
        Trace.Call first = seen.calls().get(0);
        assertTrue(first.makesThread());
        assertEquals(
                first.parent(),
                Integer.parseInt(seen.ends().get(seen.ends().size() - 1).split(" ")[0]));
        assertEquals(
                1,
                seen.calls().stream()
                        .filter(call -> call.parent() == first.parent())
                        .count());
        assertTrue(Files.readString(folder.resolve("trace")).endsWith("+++ exited with 0 +++\n"));
    }

    private Child launch(String... command) throws Exception {
        String[] arguments = new String[command.length + 1];
        arguments[0] = folder.resolve("trace").toString();
        System.arraycopy(command, 0, arguments, 1, command.length);
        return Child.java(folder, List.of(), TracerProgram.class, arguments);
    }
}
