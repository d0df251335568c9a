package io.clonetrace.agent.recording;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.SessionPart;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.Recording;

/**
 * Ends our own recording before the disk is full: JFR would end the JVM (hotspot/share/jfr/writers,
 * StreamWriterHost::write_bytes, "no space left on device").
 */
public final class DiskSpaceGuard implements SessionPart {
    /** More than the buffers that JFR may write at once, and than what others write between two looks. */
    private static final long MARGIN = 16L << 20;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Set by JFR: where it keeps the pieces of recordings that are not yet written to their files. */
    private static final String REPOSITORY = "jdk.jfr.repository";

    private final Recording recording;
    private final Path file;
    private long nextLook = System.nanoTime();
    private boolean ended;

    /** @param recording one that is written into a file */
    public DiskSpaceGuard(Recording recording) {
        this.recording = recording;
        this.file = recording.getDestination();
    }

    /** Why no recording can be begun that is to be written into {@code file}; null if there is room. */
    static String isShort(Path file) {
        return isShort(file, 0);
    }

    @Override
    public void tick() {
        long now = System.nanoTime();
        if (ended || now - nextLook < 0) {
            return;
        }
        nextLook = now + LOOK_NANOS;
        String why = isShort(file, piecesBytes());
        if (why != null) {
            ended = true;
            // Each call of the recording takes JFR's lock, and who holds it may be waiting for the agent's thread.
            new AgentThread("clonetrace disk", () -> end(why)).start();
        }
    }

    private void end(String why) {
        try {
            recording.stop();
            recording.close();
            Console.say("the recording has ended: " + why + "; " + file + " holds what came before");
        } catch (IllegalStateException endedAlready) {
            // Somebody else was faster.
        }
    }

    /** What is kept has to find room in the file when the recording ends. */
    private static String isShort(Path file, long kept) {
        Path pieces = repository();
        Path folder = file.toAbsolutePath().getParent();
        long free = free(pieces);
        if (free < MARGIN) {
            return tooLittle(free, pieces);
        }
        free = free(folder);
        return free < kept + MARGIN ? tooLittle(free, folder) : null;
    }

    /** File has no room for a folder that is not there, too: JFR removes its own as the JVM ends. */
    private static long free(Path folder) {
        long free = folder.toFile().getUsableSpace();
        return free > 0 || Files.exists(folder) ? free : Long.MAX_VALUE;
    }

    private static String tooLittle(long free, Path folder) {
        return "only " + (free >> 20) + " MiB are free in " + folder;
    }

    private static long piecesBytes() {
        return Stream.ofNullable(repository().toFile().listFiles())
                .flatMap(Stream::of)
                .mapToLong(File::length)
                .sum();
    }

    private static Path repository() {
        String folder = System.getProperty(REPOSITORY);
        return Path.of(folder == null ? System.getProperty("java.io.tmpdir") : folder);
    }
}
