package io.clonetrace.fleet.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What Spark's driver logs of the tasks that export parts. */
record SparkLog(Path file) {
    /** The first stage, 0, reads the headers of chunks. */
    private static final String TASK = " task (\\d+)\\.(\\d+) in stage 1\\.0 ";

    private static final Pattern STARTED = Pattern.compile("Starting" + TASK + ".*executor (\\d+), partition");
    private static final Pattern FINISHED = Pattern.compile("Finished" + TASK + ".*\\(executor (\\d+)\\)");

    /** @param attempt from 0 */
    record Task(int number, int attempt, String executor) {}

    String text() {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<Task> started() {
        return all(STARTED);
    }

    List<Task> finished() {
        return all(FINISHED);
    }

    private List<Task> all(Pattern line) {
        return line.matcher(text())
                .results()
                .map(match ->
                        new Task(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)), match.group(3)))
                .toList();
    }
}
