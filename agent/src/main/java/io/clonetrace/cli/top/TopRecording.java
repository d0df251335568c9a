package io.clonetrace.cli.top;

import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.DiagnosticCommand;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.Waiting;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A small flight recording in another JVM, which keeps what is read at once. If this process is killed, the agent that
 * it brought stops it; where there is none, it ends by itself within an hour.
 */
final class TopRecording implements AutoCloseable {
    private static final String BOUNDS = "disk=true maxage=1m maxsize=32m duration=1h";
    private static final long RENEWED_NANOS = TimeUnit.MINUTES.toNanos(50);
    private static final String REPOSITORY = "jdk.jfr.repository";
    private static final String TEMPORARY = "java.io.tmpdir";

    /** Twice what the agent leaves free, which ends the recording without a word where this process is stopped. */
    private static final long MARGIN = 32L << 20;

    private static final long CHECK_MILLIS = 250;

    private final TargetJvm jvm;
    private final List<String> types;
    private final String name;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread guard = new Thread(this::watchDisk, "clonetrace disk");
    private volatile Path chunks;
    private volatile String shortage;
    private int renewals;
    private long began;

    private TopRecording(TargetJvm jvm, String name, List<String> types) {
        this.jvm = jvm;
        this.types = types;
        this.name = name;
    }

    /** A name that no other command gives its recordings. */
    static String newName() {
        return "clonetrace-top-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
    }

    /**
     * Starts it.
     *
     * @param name how its name begins
     * @param types the events to record
     * @throws IOException if the JVM has no flight recorder, or refuses, saying why
     */
    static TopRecording start(TargetJvm jvm, String name, List<String> types, Waiting waiting) throws IOException {
        TopRecording recording = new TopRecording(jvm, name, types);
        recording.chunks = recording.folder();
        recording.refuseFullDisk();
        Optional<String> missing = AttachRoom.missingForAgent(jvm.folder(), false, true);
        if (missing.isPresent()) {
            throw new IOException("the JVM has no room for a flight recording: " + missing.get());
        }
        recording.start(waiting);
        try {
            recording.chunks = recording.folder();
            recording.refuseFullDisk();
        } catch (IOException refused) {
            recording.stop(recording.name());
            throw refused;
        }
        recording.guard.setDaemon(true);
        recording.guard.start();
        return recording;
    }

    /** JFR would end the JVM if it could not write. */
    private void refuseFullDisk() throws IOException {
        long free = free();
        if (free < MARGIN) {
            shortage = "only " + (free >> 20) + " MiB are free in " + chunks;
            throw new IOException(shortage);
        }
    }

    /** For a folder that is gone, File says 0 too: JFR removes its own when the JVM ends. */
    private long free() {
        long free = chunks.toFile().getUsableSpace();
        return free > 0 || Files.exists(chunks) ? free : Long.MAX_VALUE;
    }

    private void watchDisk() {
        try {
            while (!closing.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                refuseFullDisk();
            }
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        } catch (IOException full) {
            try {
                stop(name());
            } catch (IOException gone) {
                // With its JVM, or the agent has stopped it.
            }
        }
    }

    private synchronized void start(Waiting waiting) throws IOException {
        String settings = types.stream()
                .map(type -> '+' + type + "#enabled=true"
                        + (type.endsWith(".ThreadStart") ? " +" + type + "#stackTrace=true" : ""))
                .collect(Collectors.joining(" "));
        String answer = DiagnosticCommand.execute(
                jvm, "JFR.start name=" + name() + " settings=none " + BOUNDS + ' ' + settings, waiting);
        if (!answer.contains("Started recording")) {
            throw new IOException("flight recording did not start: " + answer.strip());
        }
        began = System.nanoTime();
    }

    private String name() {
        return name + '-' + renewals;
    }

    /** The folder that the JVM writes its chunks into, as this process sees it. */
    Path repository() {
        return chunks;
    }

    /** The same; before the first recording of the JVM, the folder in which JFR will make it. */
    private Path folder() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(DiagnosticCommand.execute(jvm, "VM.system_properties", Waiting.SILENT)));
        String folder = properties.getProperty(REPOSITORY, properties.getProperty(TEMPORARY));
        if (folder == null || !folder.startsWith("/")) {
            throw new IOException("JVM " + jvm.pid() + " does not say where its flight recording is");
        }
        return jvm.shares("mnt") ? Path.of(folder) : Path.of(jvm.folder() + "/root" + folder);
    }

    /**
     * Starts it again before it ends by itself, without a gap.
     *
     * @throws IOException if it had to end, saying why
     */
    synchronized void renew() throws IOException {
        if (shortage != null) {
            throw new IOException(shortage);
        }
        if (System.nanoTime() - began > RENEWED_NANOS) {
            String old = name();
            renewals++;
            start(Waiting.SILENT);
            stop(old);
        }
    }

    private synchronized void stop(String which) throws IOException {
        DiagnosticCommand.execute(jvm, "JFR.stop name=" + which, Waiting.SILENT);
    }

    /** Stops it; one that has ended by itself, with its JVM for instance, is left alone. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        if (jvm.isStillThere() && shortage == null) {
            stop(name());
        }
    }
}
