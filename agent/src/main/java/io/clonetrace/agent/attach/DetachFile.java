package io.clonetrace.agent.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A file in {@code /tmp} that asks the agent to detach, for a JVM that can't start HotSpot's "Attach Listener" because
 * no further thread fits. It counts only if the JVM's own user or root made it, and if it is newer than the agent: a
 * JVM may have the pid of an earlier one.
 */
public final class DetachFile {
    private static final Path TEMPORARY = Path.of("/tmp");
    private static final Path SELF = Path.of("/proc/self");
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path file;
    private final Object user;
    private final long began = System.currentTimeMillis();
    private long nextCheck = System.nanoTime();

    /**
     * @param file whose existence is the request
     * @param user the uid that may make it, beside root
     */
    DetachFile(Path file, Object user) {
        this.file = file;
        this.user = user;
    }

    /** The one of this JVM; without a /proc to read the pid from, one that is never made. */
    public static DetachFile ofSelf() {
        try {
            String pid = Files.readSymbolicLink(SELF).toString();
            return new DetachFile(TEMPORARY.resolve(name(pid)), Files.getAttribute(SELF, "unix:uid"));
        } catch (IOException | SecurityException untold) {
            return new DetachFile(TEMPORARY.resolve(name("-1")), -1);
        }
    }

    /**
     * The file's name.
     *
     * @param pid the JVM's pid in its own namespace
     */
    public static String name(String pid) {
        return ".clonetrace_detach_pid" + pid;
    }

    /** Whether the file exists; checked a few times a second, however often this is called. */
    public boolean isThere() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return false;
        }
        nextCheck = now + CHECK_NANOS;
        // By File: Files would throw an exception each time.
        return file.toFile().exists() && isMeant();
    }

    private boolean isMeant() {
        try {
            Map<String, Object> found =
                    Files.readAttributes(file, "unix:uid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            boolean trusted = found.get("uid").equals(0) || found.get("uid").equals(user);
            long made = ((FileTime) found.get("lastModifiedTime")).toMillis();
            return trusted && made >= began;
        } catch (IOException gone) {
            return false;
        }
    }
}
