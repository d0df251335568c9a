package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.input.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a reader told its sink. */
final class Read implements TraceLogSink {
    /** A number of calls. */
    record Total(CloneSyscall syscall, long calls, long errors, long line) {}

    final List<CloneCall> calls = new ArrayList<>();
    final List<LogKind> kinds = new ArrayList<>();
    final List<Long> lines = new ArrayList<>();
    final List<Total> totals = new ArrayList<>();
    TraceLogCounts counts;

    static Read of(String log) {
        Read read = new Read();
        TraceLogReader reader = new TraceLogReader(read);
        log.lines().forEach(reader::read);
        reader.end();
        read.counts = reader.counts();
        return read;
    }

    /** Whatever its compression and encoding. */
    static Read of(Path file) throws IOException {
        Read read = new Read();
        TraceLogReader reader = new TraceLogReader(read);
        try (TextInput text = new TextInput(file.toString(), Files.newInputStream(file))) {
            for (TextLine line = text.next(); line != null; line = text.next()) {
                reader.read(line.raw());
            }
        }
        reader.end();
        read.counts = reader.counts();
        return read;
    }

    @Override
    public void call(CloneCall call, LogKind kind, long line) {
        calls.add(call.from(null));
        kinds.add(kind);
        lines.add(line);
    }

    @Override
    public void total(CloneSyscall syscall, long made, long errors, long line) {
        totals.add(new Total(syscall, made, errors, line));
    }

    CloneCall only() {
        if (calls.size() != 1) {
            throw new AssertionError("not one call: " + calls);
        }
        return calls.get(0);
    }
}
