package io.clonetrace.trace.tracefs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of our instances: they say whose they are, so that what a killed process left can be told and removed. */
final class InstanceName {
    private static final Pattern OURS = Pattern.compile("clonetrace-\\d+-by-(\\d+)\\.(\\d+)(?:-exits)?");
    private static final int START_TIME = 22; // proc(5), /proc/PID/stat
    private static final int STATE = 3;

    private InstanceName() {}

    /** The name of this process's instance for the process {@code pid}. */
    static String of(int pid) {
        long owner = ProcessHandle.current().pid();
        return "clonetrace-" + pid + "-by-" + owner + "." + startTime(owner);
    }

    /** Removes the instances whose owner is gone, and no other. One that can't be removed stays. */
    static void removeStale(Path instances) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(instances)) {
            for (Path instance : all) {
                Matcher name = OURS.matcher(instance.getFileName().toString());
                if (name.matches() && !startTime(Long.parseLong(name.group(1))).equals(name.group(2))) {
                    remove(instance);
                }
            }
        }
    }

    private static void remove(Path instance) {
        try {
            Files.delete(instance);
        } catch (IOException busy) {
            // Somebody reads it, or another clonetrace was faster.
        }
    }

    /** When the process started, in the kernel's ticks; empty if there is none. */
    private static String startTime(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name, the second field, is in parentheses and may hold anything.
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME - STATE];
        } catch (IOException gone) {
            return "";
        }
    }
}
