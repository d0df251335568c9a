package io.clonetrace.linux.proc;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The lines of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
public final class MountInfo {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;

    private MountInfo() {}

    /** Where the root of a file system of that type is mounted; a mount point with an escaped character is skipped. */
    public static Optional<Path> firstOf(String type, List<String> lines) {
        for (String line : lines) {
            int separator = line.indexOf(" - ");
            String[] fields = line.split(" ");
            if (separator > 0
                    && fields.length > MOUNT_POINT
                    && line.startsWith(type + " ", separator + " - ".length())
                    && fields[ROOT].equals("/")
                    && fields[MOUNT_POINT].indexOf('\\') < 0
                    && fields[MOUNT_POINT].indexOf('\0') < 0) {
                return Optional.of(Path.of(fields[MOUNT_POINT]));
            }
        }
        return Optional.empty();
    }
}
