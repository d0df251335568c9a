package io.clonetrace.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What one recording says of threads, read in one pass. */
public final class RecordingSummary {
    /** An event's kind that could not be observed. */
    static final String UNKNOWN_KIND = "unknown";

    private final CloneTable clones = new CloneTable();
    private final Map<String, SourceState> sources = new LinkedHashMap<>();
    private final StackTotals stacks = new StackTotals();
    private String jvm = "";
    private long jvmPid = -1;
    private long threadStarts;
    private long virtualThreads;

    /** What a source last said of itself. */
    record SourceState(Instant at, String source, String state, String reason, long seen, long lost) {}

    private RecordingSummary() {}

    /** @throws IOException if the file can't be read or is no recording */
    public static RecordingSummary read(Path file) throws IOException {
        RecordingSummary summary = new RecordingSummary();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                summary.add(recording.readEvent());
            }
        }
        return summary;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "clonetrace.Clone" -> clone(event);
            case "clonetrace.ThreadStart" -> threadStarts++;
            case "clonetrace.ThreadStack" -> stacks.add(event);
            case "jdk.ResidentSetSize" -> stacks.addRss(event.getStartTime(), event.getLong("size"));
            case "clonetrace.SourceStatus" -> source(event);
            case "clonetrace.VirtualThreads" -> virtualThreads = Math.max(virtualThreads, event.getLong("started"));
            case "jdk.JVMInformation" -> {
                jvm = event.getString("jvmVersion");
                jvmPid = event.getLong("pid");
            }
            default -> {
                // The JDK's own events are not counted here.
            }
        }
    }

    private void clone(RecordedEvent event) {
        String kind = event.getString("kind");
        clones.add(
                kind == null ? UNKNOWN_KIND : kind,
                event.getString("syscall"),
                event.getLong("flags"),
                event.getString("error"),
                event.getLong("stackSize"));
    }

    private void source(RecordedEvent event) {
        SourceState state = new SourceState(
                event.getStartTime(),
                event.getString("source"),
                event.getString("state"),
                event.getString("reason"),
                event.getLong("seen"),
                event.getLong("lost"));
        // A recording's events are in no order of time.
        sources.merge(state.source(), state, (one, other) -> one.at().isAfter(other.at()) ? one : other);
    }

    /** The clone calls; traces of other programs may be added beside them. */
    public CloneTable clones() {
        return clones;
    }

    Iterable<SourceState> sources() {
        return sources.values();
    }

    StackTotals stacks() {
        return stacks;
    }

    String jvm() {
        return jvm;
    }

    long jvmPid() {
        return jvmPid;
    }

    long threadStarts() {
        return threadStarts;
    }

    long virtualThreads() {
        return virtualThreads;
    }
}
