package io.clonetrace.live;

import io.clonetrace.stack.TaskList;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads all tasks of a process from {@code /proc}. */
final class TaskReader {
    /** Some fifty numbers of at most 20 digits, and the name. */
    private static final int LONGEST_STAT = 2048;

    private final Path process;
    private final byte[] line = new byte[LONGEST_STAT];

    /** @param process its folder in /proc */
    TaskReader(Path process) {
        this.process = process;
    }

    /**
     * The live tasks, by tid. One that ends while this reads is left out.
     *
     * @throws IOException if the process has ended, or its tasks are hidden (proc(5), hidepid)
     */
    List<TaskStat> read() throws IOException {
        int[] tids = TaskList.of(process).tids();
        List<TaskStat> tasks = new ArrayList<>(tids.length);
        String folder = process + "/task/";
        for (int tid : tids) {
            try (InputStream in = new FileInputStream(folder + tid + "/stat")) {
                int length = in.readNBytes(line, 0, line.length);
                tasks.add(TaskStat.of(tid, new String(line, 0, length, StandardCharsets.UTF_8)));
            } catch (IOException | IllegalArgumentException ended) {
                // Not alive any more.
            }
        }
        return tasks;
    }
}
