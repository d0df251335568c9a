package io.clonetrace.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process has open (proc(5), /proc/PID/fd). */
public final class Descriptors {
    private Descriptors() {}

    /** Whether any of it has that in its name: {@code bpf}, {@code trace_pipe_raw}. */
    public static boolean hold(long pid, String what) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    if (Files.readSymbolicLink(descriptor).toString().contains(what)) {
                        return true;
                    }
                } catch (NoSuchFileException closed) {
                    // Since it was listed: the process runs.
                }
            }
        }
        return false;
    }
}
