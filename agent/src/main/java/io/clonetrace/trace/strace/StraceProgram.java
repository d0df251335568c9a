package io.clonetrace.trace.strace;

import io.clonetrace.trace.SourceRefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The program strace.
 *
 * @param file its path
 */
public record StraceProgram(Path file) {
    /** In the last line: {@code Optional features enabled: stack-trace=libunwind ...}. */
    private static final String STACKS = "stack-trace=";

    private static final String VERSION = "strace -- version ";

    /** Searches the PATH as a shell does. */
    public static Optional<StraceProgram> find() {
        return find(System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    }

    static Optional<StraceProgram> find(String path) {
        for (String folder : path.split(File.pathSeparator)) {
            File file = new File(folder, "strace");
            if (file.isFile() && file.canExecute()) {
                return Optional.of(new StraceProgram(file.toPath()));
            }
        }
        return Optional.empty();
    }

    /** @throws SourceRefusedException if it is not installed, saying how to install it */
    public static StraceProgram required() throws SourceRefusedException {
        return find().orElseThrow(
                        () -> new SourceRefusedException("strace is not installed; on Debian: apt-get install strace"));
    }

    /**
     * The version that the program prints, such as 6.1; waits for the program.
     *
     * @throws IOException if it can't be run, or prints something else
     */
    public String version() throws IOException {
        String line = about().lines().findFirst().orElse("");
        if (!line.startsWith(VERSION)) {
            throw new IOException(file + " -V says \"" + line + "\"");
        }
        return line.substring(VERSION.length());
    }

    /**
     * Whether it was built with an unwinder, which its option {@code -k} needs; waits for the program.
     *
     * @throws IOException if it can't be run
     */
    public boolean printsStacks() throws IOException {
        return about().contains(STACKS);
    }

    private String about() throws IOException {
        Process process = new ProcessBuilder(file.toString(), "-V")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
