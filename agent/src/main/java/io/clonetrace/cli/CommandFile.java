package io.clonetrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file behind a command's name, looked for as execvp(3) does, so that a command that can't be executed is refused
 * in this program's words. In doubt, it may be there: only an attempt tells.
 */
final class CommandFile {
    // sh(1p), "Exit Status for Commands"
    static final int NOT_EXECUTED = 126;
    static final int NOT_FOUND = 127;

    private CommandFile() {}

    /**
     * Why a command can't be executed.
     *
     * @param reason a clause
     * @param status the exit status of a shell
     */
    record Refusal(String reason, int status) {}

    /**
     * Why that command can't be executed by any user; empty if it can, or might.
     *
     * @param path the variable PATH; null if it is not set: execvp(3) then searches a default of its own
     */
    static Optional<Refusal> refusal(String command, String path) {
        if (command.contains("/")) {
            Path file = Path.of(command);
            if (Files.notExists(file)) {
                return Optional.of(new Refusal("there is no such file", NOT_FOUND));
            }
            return Files.isDirectory(file)
                    ? Optional.of(new Refusal("it is a folder", NOT_EXECUTED))
                    : notExecutable(List.of(file));
        }
        if (path == null) {
            return Optional.empty();
        }
        List<Path> named = Stream.of(path.split(":", -1))
                .map(folder -> Path.of(folder).resolve(command))
                .filter(file -> !Files.notExists(file) && !Files.isDirectory(file))
                .toList();
        return named.isEmpty()
                ? Optional.of(new Refusal("it is in no folder of PATH", NOT_FOUND))
                : notExecutable(named);
    }

    /** Root may execute what any user may: no user may execute a file that root may not. */
    private static Optional<Refusal> notExecutable(List<Path> files) {
        return files.stream().anyMatch(file -> Files.isExecutable(file) || !Files.isReadable(file))
                ? Optional.empty()
                : Optional.of(new Refusal(files.get(0) + " is not executable; chmod +x makes it so", NOT_EXECUTED));
    }
}
