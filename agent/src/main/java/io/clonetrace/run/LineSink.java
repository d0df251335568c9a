package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.TaskEvent;
import java.util.function.Consumer;

/** Hands what a source sees to the writer of its lines. */
final class LineSink implements CloneSink {
    private final Consumer<TaskEvent> writer;
    private final Clocks clocks = new Clocks();
    private long seen;

    LineSink(Consumer<TaskEvent> writer) {
        this.writer = writer;
    }

    @Override
    public void cloned(CloneCall call) {
        seen++;
        writer.accept(new TaskEvent.Cloned(call));
    }

    @Override
    public void exited(int tid) {
        writer.accept(new TaskEvent.Gone(tid, clocks.realtime()));
    }

    long seen() {
        return seen;
    }

    void close() {
        clocks.close();
    }
}
