package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native programs under the tracer and under strace, both without address space randomisation: the calls are equal. */
class NativeProgramsTest {
    private static final Path BUILT = Path.of(System.getProperty("clonetrace.native", "../target/native"));
    private static final String CALLS = "trace=clone,clone3,fork,vfork";
    private static final Path SOURCES = Path.of("src/test/resources/strace");
    private static final Pattern REPORT = Pattern.compile(
            "clonetrace program=\\w+ syscall=(\\w+) flags=(\\w+) stack=0x(\\w+) stack_size=(\\d+) tls=0x(\\w+)"
                    + " parent=(\\d+) child=(\\d+).*");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsStrace() {
        assumeTrue(runs("strace", "-V"), "strace is not installed");
        assumeTrue(runs("setarch", "-R", "true"), "address space randomisation can't be switched off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pthread_thread", "clone_thread", "clone3_thread", "clone_process", "printf_thread"})
    void clonesAreTheSameAsStracesAndTheProgramsOwn(String program) throws Exception {
        Path built = BUILT.resolve(program);
        assumeTrue(Files.isExecutable(built), () -> built + " was not built");
        Trace ours = same(built.toString());
        Matcher report = report();
        assertEquals(1, ours.calls().size());
        Trace.Call call = ours.calls().get(0);
        assertEquals(Integer.parseInt(report.group(6)), call.parent());
        assertEquals(Integer.parseInt(report.group(7)), call.child());
        if (report.group(1).equals("unknown")) {
            assertTrue(call.text().contains("tls=0x" + report.group(5)), call.text());
        } else {
            assertTrue(call.text().startsWith(report.group(1) + "("), call.text());
            assertTrue(call.text().contains("stack=0x" + report.group(3)), call.text());
        }
    }

    @Test
    void forksAndVforksAreTheSameAsStraces() throws Exception {
        assertEquals(7, same(compiled("forks/forks.c", "-static")).calls().size());
    }

    /** The thread that calls execve goes on with the leader's tid; the trace ends with the program that it executes. */
    @Test
    void execveInAThreadSupersedesTheLeader() throws Exception {
        Trace ours = same(compiled("../../c/execve_in_thread.c", "-pthread"));
        assertEquals(List.of("exited with 0", "exited with 0", "superseded by execve in pid N"), ours.endTexts());
    }

    /** The tasks that are not to be followed are let go, and do what they would do. */
    @Test
    void processesNotFollowedRunUntraced() throws Exception {
        Path trace = folder.resolve("alone");
        String program = compiled("forks/forks.c", "-static");
        assertEquals(0, trace(trace, false, program));
        Trace alone = Trace.read(trace);
        assertEquals(7, alone.calls().size());
        assertEquals(List.of("exited with 0"), alone.endTexts());
    }

    private Trace same(String program) throws Exception {
        Path theirs = folder.resolve("strace");
        assertEquals(0, run("setarch", "-R", "strace", "-f", "-ttt", "-e", CALLS, "-o", theirs.toString(), program));
        Path ours = folder.resolve("ptrace");
        assertEquals(0, trace(ours, true, program));
        assertEquals("# source: ptrace", Files.readAllLines(ours).get(0));
        assertFalse(Trace.read(theirs).calls().isEmpty());
        assertEquals(Trace.read(theirs).texts(), Trace.read(ours).texts());
        assertEquals(Trace.read(theirs).endTexts(), Trace.read(ours).endTexts());
        return Trace.read(ours);
    }

    private int trace(Path trace, boolean follow, String program) throws Exception {
        List<String> command = new ArrayList<>(Child.javaCommand(List.of(), TracerProgram.class));
        if (follow) {
            command.add("--follow");
        }
        command.addAll(List.of(trace.toString(), "setarch", "-R", program));
        return run(command.toArray(String[]::new));
    }

    private int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start()
                .waitFor();
    }

    private Matcher report() throws Exception {
        for (String line : Files.readAllLines(folder.resolve("out"))) {
            Matcher report = REPORT.matcher(line);
            if (report.matches()) {
                return report;
            }
        }
        throw new AssertionError("the program printed no report");
    }

    private String compiled(String source, String option) throws Exception {
        assumeTrue(runs("cc", "--version"), "there is no C compiler");
        assumeTrue(Files.exists(SOURCES), "not run in the agent's folder");
        String program = folder.resolve("program").toString();
        int status = run("cc", option, "-o", program, SOURCES.resolve(source).toString());
        assumeTrue(status == 0, source + " can't be compiled");
        return program;
    }

    private static boolean runs(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
