package io.clonetrace.report;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.SourceStatusEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.VirtualThreadsEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/** Flight recordings of this JVM that hold the events that a test commits. */
final class Recordings {
    private Recordings() {}

    /** The summary of a recording of these events. */
    static RecordingSummary summary(Runnable commits) throws IOException {
        Path file = Files.createTempFile("report", ".jfr");
        try (Recording recording = new Recording()) {
            for (Class<? extends Event> type : List.of(
                    CloneEvent.class, SourceStatusEvent.class, ThreadStackEvent.class, VirtualThreadsEvent.class)) {
                FlightRecorder.register(type);
                recording.enable(type);
            }
            recording.enable("jdk.JVMInformation");
            recording.start();
            commits.run();
            recording.stop();
            recording.dump(file);
            return RecordingSummary.read(file);
        } finally {
            Files.delete(file);
        }
    }

    /** The report's lines. */
    static List<String> report(RecordingSummary summary) {
        StringWriter text = new StringWriter();
        new TextReport(summary, new PrintWriter(text)).print();
        return text.toString().lines().toList();
    }

    static void cloned(String kind, String syscall, long flags, long stackSize, String error) {
        CloneEvent event = new CloneEvent();
        event.kind = kind;
        event.syscall = syscall;
        event.flags = flags;
        event.stackSize = stackSize;
        event.error = error;
        event.commit();
    }

    static void status(String source, String state, String reason, long seen, long lost) {
        SourceStatusEvent event = new SourceStatusEvent();
        event.source = source;
        event.state = state;
        event.reason = reason;
        event.seen = seen;
        event.lost = lost;
        event.commit();
    }

    static void stack(int tid, String kind, String moment, long reserved, long touched) {
        ThreadStackEvent event = new ThreadStackEvent();
        event.tid = tid;
        event.kind = kind;
        event.moment = moment;
        event.reserved = reserved;
        event.touched = touched;
        event.commit();
    }
}
