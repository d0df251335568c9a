package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.ptrace.StraceLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes what a source sees as lines of strace's form; comments before them name the source and tell the clocks. */
final class LineSink implements CloneSink {
    private final Consumer<IOException> broken;
    private final StringBuilder lines = new StringBuilder();
    private final Clocks clocks = new Clocks();
    private OutputStream out;
    private long seen;

    /** @param broken is called once if writing fails; what comes afterwards is dropped */
    LineSink(OutputStream out, String source, Consumer<IOException> broken) {
        this.out = out;
        this.broken = broken;
        comment("source: " + source);
        comment("clock: " + (clocks.realtime() - clocks.monotonic()));
        flush();
    }

    @Override
    public void cloned(CloneCall call) {
        seen++;
        lines.append(StraceLine.precise(call)).append('\n');
    }

    @Override
    public void exited(int tid) {
        lines.append(StraceLine.ended(tid, clocks.realtime())).append('\n');
    }

    void lost(long count) {
        if (count > 0) {
            comment("lost: " + count);
        }
    }

    long seen() {
        return seen;
    }

    void flush() {
        try {
            if (!lines.isEmpty()) {
                out.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        } catch (IOException failed) {
            broken.accept(failed);
            out = OutputStream.nullOutputStream();
        }
        lines.setLength(0);
    }

    private void comment(String text) {
        lines.append("# ").append(text).append('\n');
    }
}
