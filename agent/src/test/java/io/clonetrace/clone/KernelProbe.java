package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The running kernel's own answers, asked by {@code src/test/c/clone3_probe.c}. */
public final class KernelProbe {
    private static final Path SOURCE = Path.of(System.getProperty("basedir", ""), "src", "test", "c", "clone3_probe.c");

    private final Path directory;

    /** A call's flags and exit signal. */
    public record Call(CloneFlags flags, int exitSignal) {}

    private KernelProbe(Path directory) {
        this.directory = directory;
    }

    /** Compiles the program; skips the test where that can't be. */
    public static KernelProbe compiled(Path directory) throws Exception {
        KernelProbe probe = new KernelProbe(directory);
        Process cc;
        try {
            cc = new ProcessBuilder(
                            "cc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", probe.program(), SOURCE.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException noCompiler) {
            abort("no C compiler (cc): " + noCompiler.getMessage());
            return probe;
        }
        String output = new String(cc.getInputStream().readAllBytes());
        assumeTrue(!output.contains("no raw clone for this processor"), "the probe knows x86-64 and aarch64 only");
        assertEquals(0, cc.waitFor(), output);
        return probe;
    }

    /**
     * Makes the calls, each in a process of its own.
     *
     * @param call clone, clone3 or unshare
     * @param unshared the namespaces that the caller unshares first
     * @return 0 or an errno's name, of each
     */
    public List<String> ask(String call, List<Call> calls, long unshared) throws Exception {
        Path input = Files.createTempFile(directory, "calls", ".txt");
        Path output = Files.createTempFile(directory, "answers", ".txt");
        Files.write(
                input,
                calls.stream()
                        .map(one -> "0x" + Long.toHexString(one.flags.bits()) + " " + one.exitSignal)
                        .toList());
        Process probe = new ProcessBuilder(program(), call, "0x" + Long.toHexString(unshared))
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .start();
        if (!probe.waitFor(2, TimeUnit.MINUTES)) {
            probe.destroyForcibly();
        }
        assertEquals(0, probe.waitFor(), "the probe's exit status");
        return Files.readAllLines(output);
    }

    private String program() {
        return directory.resolve("clone3_probe").toString();
    }
}
