package io.clonetrace.it.truth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a user calls strace: the options, and what its lines show. */
public enum StraceForm {
    BARE("-f", "-e", "trace=clone,clone3,fork,vfork"),
    SECONDS("-f", "-t", "-e", "trace=clone,clone3,fork,vfork"),
    MICROSECONDS("-f", "-tt", "-e", "trace=clone,clone3,fork,vfork"),
    EPOCH("-f", "-ttt", "-e", "trace=clone,clone3,fork,vfork"),
    PATHS("-f", "-ttt", "-y", "-e", "trace=clone,clone3,fork,vfork"),
    ALL_CALLS("-f"),
    ALL_CALLS_WITH_CLOCK_AND_PATHS("-f", "-tt", "-y");

    private final List<String> options;

    StraceForm(String... options) {
        this.options = List.of(options);
    }

    public List<String> options() {
        return options;
    }

    /** What strace wrote. {@link StraceTruth} expects timestamps, so lines without one get one. */
    public StraceTruth truth(Path trace) throws IOException {
        if (options.stream().anyMatch(option -> option.startsWith("-t"))) {
            return StraceTruth.read(trace);
        }
        Path clocked = trace.resolveSibling(trace.getFileName() + ".clocked");
        List<String> lines = Files.readAllLines(trace, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.replaceFirst("^(\\d+ +)", "$1" + "noclock "))
                .toList();
        Files.write(clocked, lines, StandardCharsets.ISO_8859_1);
        return StraceTruth.read(clocked);
    }
}
