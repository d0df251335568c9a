package io.clonetrace.agent.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A file in {@code /tmp} that asks the agent to leave, where HotSpot can't be asked: a JVM without room for one more
 * thread can't start its "Attach Listener". Only the JVM's own user and root are listened to, and no file that is older
 * than the agent: a later JVM may have the pid of one that has ended.
 */
public final class DetachFile {
    private static final Path TEMPORARY = Path.of("/tmp");
    private static final Path SELF = Path.of("/proc/self");
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path file;
    private final Object user;
    private final long began = System.currentTimeMillis();
    private long nextCheck = System.nanoTime();

    /** @param file which is listened to */
    DetachFile(Path file, Object user) {
        this.file = file;
        this.user = user;
    }

    /** The one of this JVM; without a /proc to tell the pid by, one that nobody makes. */
    public static DetachFile ofSelf() {
        try {
            String pid = Files.readSymbolicLink(SELF).toString();
            return new DetachFile(TEMPORARY.resolve(name(pid)), Files.getAttribute(SELF, "unix:uid"));
        } catch (IOException | SecurityException untold) {
            return new DetachFile(TEMPORARY.resolve(name("-1")), -1);
        }
    }

    /**
     * What it is called.
     *
     * @param pid the JVM's, as it sees itself
     */
    public static String name(String pid) {
        return ".clonetrace_detach_pid" + pid;
    }

    /** Whether it is there; looked at some times a second, however often this is called. */
    public boolean isThere() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return false;
        }
        nextCheck = now + CHECK_NANOS;
        // Without an exception, which is what Files has for a file that is not there.
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
