package io.clonetrace.trace.tracefs;

import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.linux.process.ProcessId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of our instances. A name identifies its owner, so that leftovers of a killed process can be recognized and
 * removed.
 */
final class InstanceName {
    private static final Pattern OURS = Pattern.compile("clonetrace-\\d+-by-(\\d+)\\.(\\d+)(?:-exits)?");

    private InstanceName() {}

    /** The name of this process's instance for observing the process {@code pid}. */
    static String of(int pid) {
        long owner = ProcessId.own();
        return "clonetrace-" + pid + "-by-" + owner + "."
                + ProcessStart.of(owner).map(ProcessStart::ticks).orElse("");
    }

    /** Removes only instances whose owner is gone. One that can't be removed stays. */
    static void removeStale(Path instances) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(instances)) {
            for (Path instance : all) {
                Matcher name = OURS.matcher(instance.getFileName().toString());
                if (name.matches() && !isThere(name)) {
                    remove(instance);
                }
            }
        }
    }

    private static boolean isThere(Matcher owner) {
        return ProcessStart.of(Long.parseLong(owner.group(1)))
                .filter(process -> process.ticks().equals(owner.group(2)))
                .isPresent();
    }

    private static void remove(Path instance) {
        try {
            Files.delete(instance);
        } catch (IOException busy) {
            // It is being read, or another clonetrace removed it first.
        }
    }
}
