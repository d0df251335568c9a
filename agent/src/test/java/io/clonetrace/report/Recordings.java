package io.clonetrace.report;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.SourceStatusEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import io.clonetrace.report.text.TextLayout;
import io.clonetrace.report.text.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;

/** Flight recordings of this JVM that hold the events that a test commits. */
public final class Recordings {
    private static final List<String> TYPES = List.of(
            "jdk.JVMInformation",
            "jdk.OSInformation",
            "jdk.ActiveSetting",
            "jdk.ThreadStart",
            "jdk.ThreadEnd",
            "jdk.VirtualThreadPinned",
            "jdk.CPUInformation",
            "clonetrace.Clone",
            "clonetrace.NativeStack",
            "clonetrace.ThreadStart",
            "clonetrace.ThreadStack",
            "clonetrace.CodeSource",
            "clonetrace.SourceStatus",
            "clonetrace.VirtualThreads",
            "clonetrace.CloneComparison",
            "clonetrace.ThreadLimit",
            "clonetrace.ThreadStartFailed");

    private Recordings() {}

    /** What a test does while it is recorded. */
    public interface Commits {
        void run() throws IOException, InterruptedException;
    }

    /** The file of a recording of these events. */
    public static Path file(Commits commits) throws IOException {
        return file(TYPES, commits);
    }

    /** The file of a recording of these events, of which those types are on. */
    public static Path file(List<String> types, Commits commits) throws IOException {
        Path file = Files.createTempFile("report", ".jfr");
        try (Recording recording = new Recording()) {
            // Events of classes that an earlier test loaded are on by default.
            TYPES.forEach(recording::disable);
            types.forEach(type -> recording.enable(type).withStackTrace());
            recording.start();
            commits.run();
            recording.stop();
            recording.dump(file);
            return file;
        } catch (InterruptedException unexpected) {
            throw new IOException(unexpected);
        } finally {
            file.toFile().deleteOnExit();
        }
    }

    /** What a report reads from a recording of these events. */
    public static Fleet fleet(Commits commits) throws IOException {
        return read(file(commits));
    }

    /** The same; there is but this JVM. */
    public static Jvm jvm(Commits commits) throws IOException {
        return fleet(commits).jvms().get(0);
    }

    public static Fleet read(Path... files) {
        FleetBuilder fleet = new FleetBuilder();
        new RecordingReader(fleet, Progress.NONE).read(List.of(files));
        return fleet.build();
    }

    /** The report's lines. */
    public static List<String> report(Fleet fleet) {
        return report(fleet, TextLayout.PLAIN);
    }

    /** The report's lines on such a terminal. */
    public static List<String> report(Fleet fleet, TextLayout layout) {
        StringWriter text = new StringWriter();
        new TextReport(fleet, new PrintWriter(text), layout).print();
        return text.toString().lines().toList();
    }

    public static void cloned(String kind, String syscall, long flags, long stackSize, String error) {
        CloneEvent event = new CloneEvent();
        event.kind = kind;
        event.childId = -1;
        event.syscall = syscall;
        event.flags = flags;
        event.stackSize = stackSize;
        event.error = error;
        event.commit();
    }

    public static void status(String source, String state, String reason, long seen, long lost) {
        SourceStatusEvent event = new SourceStatusEvent();
        event.source = source;
        event.state = state;
        event.reason = reason;
        event.seen = seen;
        event.lost = lost;
        event.commit();
    }

    public static void stack(int tid, String kind, String moment, long reserved, long touched) {
        ThreadStackEvent event = new ThreadStackEvent();
        event.threadId = kind != null && kind.equals("java") ? 1_000_000 + tid : -1;
        event.tid = tid;
        event.kind = kind;
        event.moment = moment;
        event.reserved = reserved;
        event.touched = touched;
        event.depth = touched;
        event.commit();
    }
}
