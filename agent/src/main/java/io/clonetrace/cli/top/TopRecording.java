package io.clonetrace.cli.top;

import io.clonetrace.cli.target.DiagnosticCommand;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.Waiting;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A small flight recording in another JVM, which keeps what is read at once. If this process is killed, it ends by
 * itself within an hour.
 */
final class TopRecording implements AutoCloseable {
    private static final String BOUNDS = "disk=true maxage=1m maxsize=32m duration=1h";
    private static final long RENEWED_NANOS = TimeUnit.MINUTES.toNanos(50);
    private static final String REPOSITORY = "jdk.jfr.repository";

    private final TargetJvm jvm;
    private final List<String> types;
    private final String name;
    private int renewals;
    private long began;

    private TopRecording(TargetJvm jvm, List<String> types) {
        this.jvm = jvm;
        this.types = types;
        this.name = "clonetrace-top-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
    }

    /**
     * Starts it.
     *
     * @param types the events to record
     * @throws IOException if the JVM has no flight recorder, or refuses, saying why
     */
    static TopRecording start(TargetJvm jvm, List<String> types, Waiting waiting) throws IOException {
        TopRecording recording = new TopRecording(jvm, types);
        recording.start(waiting);
        return recording;
    }

    private void start(Waiting waiting) throws IOException {
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
    Path repository() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(DiagnosticCommand.execute(jvm, "VM.system_properties", Waiting.SILENT)));
        String folder = properties.getProperty(REPOSITORY);
        if (folder == null || !folder.startsWith("/")) {
            throw new IOException("JVM " + jvm.pid() + " does not say where its flight recording is");
        }
        return jvm.shares("mnt") ? Path.of(folder) : Path.of(jvm.folder() + "/root" + folder);
    }

    /** Starts it again before it ends by itself, without a gap. */
    void renew() throws IOException {
        if (System.nanoTime() - began > RENEWED_NANOS) {
            String old = name();
            renewals++;
            start(Waiting.SILENT);
            stop(old);
        }
    }

    private void stop(String which) throws IOException {
        DiagnosticCommand.execute(jvm, "JFR.stop name=" + which, Waiting.SILENT);
    }

    /** Stops it; one that has ended by itself, with its JVM for instance, is left alone. */
    @Override
    public void close() throws IOException {
        if (jvm.isStillThere()) {
            stop(name());
        }
    }
}
