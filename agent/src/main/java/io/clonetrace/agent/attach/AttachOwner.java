package io.clonetrace.agent.attach;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The process that attached the agent and wants it to end with it. It holds a lock on the file for the agent's reply
 * (fcntl(2), F_SETLK), which the kernel releases however that process ends. Unlike a pid, a lock can't become another
 * process's, and means the same in all pid namespaces. A process that is only stopped still holds it. Confined to the
 * session's thread, but for its making.
 */
public final class AttachOwner implements AutoCloseable {
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private FileChannel file;
    private long nextCheck = System.nanoTime();

    private AttachOwner(FileChannel file) {
        this.file = file;
    }

    /** An agent that belongs to no process. */
    public static AttachOwner none() {
        return new AttachOwner(null);
    }

    /**
     * The process that holds that file locked; {@link #none} if the file can't be opened. The file may be removed
     * afterwards.
     */
    public static AttachOwner of(Path file) {
        try {
            return new AttachOwner(FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        } catch (IOException | SecurityException unreadable) {
            return none();
        }
    }

    /** Whether it has ended; checked once a second, however often this is called. */
    public boolean isGone() {
        long now = System.nanoTime();
        if (file == null || now - nextCheck < 0) {
            return false;
        }
        nextCheck = now + CHECK_NANOS;
        try (FileLock lock = file.tryLock(0, Long.MAX_VALUE, true)) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException unknown) {
            // A file system without locks, or a host that closes descriptors: the agent stays until it is detached.
            close();
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException closed) {
            // By the host.
        }
        file = null;
    }
}
