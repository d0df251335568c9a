package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.SessionPart;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;

/**
 * Ends our own recording before the disk is full: otherwise JFR ends the JVM (hotspot/share/jfr/writers,
 * StreamWriterHost::write_bytes, "no space left on device").
 */
public final class DiskSpaceGuard implements SessionPart {
    /** More than JFR may write at once, and than all processes write between two checks. */
    private static final long MARGIN = 16L << 20;

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The longest wait between two checks is so many times {@link #CHECK_NANOS}. */
    private static final long LONGEST_WAIT = 4;

    private final OwnRecording own;
    private long nextCheck = System.nanoTime();
    private boolean ended;

    /** @param own may still be starting */
    public DiskSpaceGuard(OwnRecording own) {
        this.own = own;
    }

    /** Why there is no room for a recording into {@code file}; null if there is. */
    static String shortage(Path file) {
        return shortage(file, 0);
    }

    /** The same for all that was recorded so far. */
    static String shortageForAll(Path file) {
        return shortage(file, chunksBytes());
    }

    /** Whether JFR has too little room for its chunks. */
    static boolean isRepositoryShort() {
        return free(repository()) < MARGIN;
    }

    @Override
    public void tick() {
        long now = System.nanoTime();
        if (ended || now - nextCheck < 0) {
            return;
        }
        nextCheck = now + CHECK_NANOS;
        Recording recording = own.recording();
        if (recording == null) {
            ended = own.isRefused();
            return;
        }
        Path file = own.destination();
        long chunks = chunksBytes();
        long spare = spare(file, chunks);
        nextCheck = now + checkNanos(spare);
        String why = spare < 0 ? shortage(file, chunks) : null;
        if (why != null) {
            ended = true;
            // Each call of the recording takes JFR's lock, and its holder may be waiting for the session's thread.
            new AgentThread("clonetrace disk", () -> end(recording, file, why)).start();
        }
    }

    @Override
    public long restNanos() {
        return ended ? Long.MAX_VALUE : Math.max(0, nextCheck - System.nanoTime());
    }

    /** After how long a disk with that much to spare may be short, if it fills up as fast as the margin assumes. */
    static long checkNanos(long spare) {
        return CHECK_NANOS * Math.max(1, Math.min(LONGEST_WAIT, 1 + spare / MARGIN));
    }

    private static void end(Recording recording, Path file, String why) {
        try {
            recording.stop();
            recording.close();
            Console.say("the recording has ended: " + why + "; " + file + " holds what came before");
        } catch (IllegalStateException endedAlready) {
            // Something else ended it first.
        }
    }

    /** The chunks have to fit into the file when the recording ends. */
    private static String shortage(Path file, long chunksBytes) {
        Path chunks = repository();
        long free = free(chunks);
        if (free < MARGIN) {
            return tooLittle(free, chunks);
        }
        Path folder = folder(file);
        free = free(folder);
        return free < chunksBytes + MARGIN ? tooLittle(free, folder) : null;
    }

    /** Bytes that are free beyond what {@link #shortage} asks for; negative if there are fewer. */
    private static long spare(Path file, long chunksBytes) {
        return Math.min(free(repository()), free(folder(file)) - chunksBytes) - MARGIN;
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /** For a folder that is gone, File says 0 too: JFR removes its own when the JVM ends. */
    private static long free(Path folder) {
        long free = folder.toFile().getUsableSpace();
        return free > 0 || Files.exists(folder) ? free : Long.MAX_VALUE;
    }

    private static String tooLittle(long free, Path folder) {
        return "only " + (free >> 20) + " MiB are free in " + folder;
    }

    private static long chunksBytes() {
        File[] chunks = repository().toFile().listFiles();
        long bytes = 0;
        if (chunks != null) {
            for (File chunk : chunks) {
                bytes += chunk.length();
            }
        }
        return bytes;
    }

    private static Path repository() {
        String folder = JfrState.repository();
        return Path.of(folder.isEmpty() ? System.getProperty("java.io.tmpdir") : folder);
    }
}
