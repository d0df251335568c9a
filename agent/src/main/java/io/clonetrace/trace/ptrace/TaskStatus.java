package io.clonetrace.trace.ptrace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What /proc/TID/status says of a task (proc(5)).
 *
 * @param process its process's pid
 * @param state the letter of its state: Z and X are those of a task that has ended
 * @param tracer the tid of the thread that traces it, 0 if none does, or none of this pid namespace
 * @param user its effective user's id
 */
record TaskStatus(int process, char state, int tracer, long user) {

    /** The task's status; empty if there is no such task. */
    static Optional<TaskStatus> of(int tid) {
        Map<String, String> fields = new HashMap<>();
        try {
            // Latin-1: the task's name may be any bytes.
            for (String line : Files.readAllLines(Path.of("/proc/" + tid + "/status"), StandardCharsets.ISO_8859_1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.putIfAbsent(
                            line.substring(0, colon), line.substring(colon + 1).trim());
                }
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.of(new TaskStatus(
                Integer.parseInt(fields.get("Tgid")),
                fields.get("State").charAt(0),
                Integer.parseInt(fields.get("TracerPid")),
                Long.parseLong(fields.get("Uid").split("\\s+")[1])));
    }

    /** Whether the task has ended and is there only because nobody has waited for it. */
    boolean ended() {
        return state == 'Z' || state == 'X';
    }
}
