package io.clonetrace.micro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The calls into the kernel of a snapshot of this process's stacks, made by a C program, src/main/c/snapshot_calls.c.
 */
final class SnapshotCalls {
    private static final String TIMES = " us=";

    private final Path program;

    /** @param program may be missing, where nothing was there to compile it */
    SnapshotCalls(Path program) {
        this.program = program;
    }

    /**
     * Lets the program measure.
     *
     * @return what each round took, in nanoseconds
     * @throws IOException whose message says why it can't
     */
    long[] nanos(int rounds) throws IOException, InterruptedException {
        if (!Files.isExecutable(program)) {
            throw new IOException("not built: there is no C compiler here; Debian's package: gcc");
        }
        String self = Long.toString(ProcessHandle.current().pid());
        Process process = new ProcessBuilder(program.toString(), self, Integer.toString(rounds))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip();
        if (process.waitFor() != 0 || !said.contains(TIMES)) {
            throw new IOException(said);
        }
        return Arrays.stream(
                        said.substring(said.indexOf(TIMES) + TIMES.length()).split(","))
                .mapToLong(Long::parseLong)
                .map(TimeUnit.MICROSECONDS::toNanos)
                .toArray();
    }
}
