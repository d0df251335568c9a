package io.clonetrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A running process of which {@code /proc/PID} is read (proc(5)). */
record TargetProcess(long pid, Path procDir) {
    private static final long KILO = 1024;

    /**
     * The process, if it has memory that can be looked at.
     *
     * @throws IOException saying why it has not: there is none, it has ended, or it is a thread of the kernel
     */
    static TargetProcess of(long pid) throws IOException {
        Path procDir = Path.of("/proc/" + pid);
        Map<String, String> status = status(procDir);
        if (status.isEmpty()) {
            throw new IOException("no process " + pid);
        }
        if (!status.getOrDefault("Tgid", "" + pid).equals("" + pid)) {
            throw new IOException(pid + " is a thread; its process is " + status.get("Tgid"));
        }
        if (status.containsKey("VmSize")) {
            return new TargetProcess(pid, procDir);
        }
        if (!isZombie(status)) {
            throw new IOException(pid + " is a thread of the kernel: it has no memory of its own");
        }
        // The first thread may end before the others; the memory is then seen through one of those.
        String[] tasks = procDir.resolve("task").toFile().list();
        for (String tid : tasks == null ? new String[0] : tasks) {
            Path other = Path.of("/proc/" + tid);
            if (status(other).containsKey("VmSize")) {
                return new TargetProcess(pid, other);
            }
        }
        throw new IOException("process " + pid + " has ended, its parent has not yet asked how (a zombie)");
    }

    /** Whether it is stopped by a signal or a debugger, and can answer nothing. */
    boolean isStopped() {
        String state = status(procDir).getOrDefault("State", "");
        return state.startsWith("T") || state.startsWith("t");
    }

    /** Its resident bytes (VmRSS of proc(5)); -1 if they can't be read. */
    long rss() {
        String rss = status(procDir).getOrDefault("VmRSS", "").replaceAll("\\D", "");
        return rss.isEmpty() ? -1 : Long.parseLong(rss) * KILO;
    }

    /** The tid that a thread has in its own pid namespace; what it has here if that is the same one. */
    int tidInside(int tid) {
        return Optional.ofNullable(status(procDir.resolve("task/" + tid)).get("NSpid"))
                .map(tids -> Integer.parseInt(tids.replaceFirst(".*\\s", "")))
                .orElse(tid);
    }

    /** Whether it is in a pid namespace below ours, where its threads have other tids. */
    boolean hasOtherTids() {
        return status(procDir).getOrDefault("NSpid", "").matches(".*\\s.*");
    }

    private static boolean isZombie(Map<String, String> status) {
        return status.getOrDefault("State", "").matches("[ZX].*");
    }

    /** The lines of a status file; empty if there is none. */
    private static Map<String, String> status(Path task) {
        Map<String, String> fields = new HashMap<>();
        try {
            for (String line : Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
                String[] field = line.split(":", 2);
                if (field.length == 2) {
                    fields.put(field[0], field[1].strip());
                }
            }
        } catch (IOException gone) {
            return Map.of();
        }
        return fields;
    }
}
