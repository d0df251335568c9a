package io.clonetrace.run;

import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.EventQueue;
import io.clonetrace.trace.ptrace.PtraceTracer;
import java.util.List;

/** A command whose tracer this process is. */
final class PtracedCommand implements ObservedCommand {
    private final PtraceTracer tracer;
    private final EventQueue queue;

    private PtracedCommand(PtraceTracer tracer, EventQueue queue) {
        this.tracer = tracer;
        this.queue = queue;
    }

    static PtracedCommand start(List<String> command) throws SourceRefusedException, InterruptedException {
        EventQueue queue = new EventQueue();
        PtraceTracer tracer = PtraceTracer.launch(command, true, queue);
        queue.tracer(tracer);
        return new PtracedCommand(tracer, queue);
    }

    @Override
    public int pid() {
        return tracer.pid();
    }

    @Override
    public CloneSource source() {
        return queue;
    }

    @Override
    public void go() {
        // The tracer let it go as soon as it was its tracer.
    }

    @Override
    public int awaitEnd() throws InterruptedException {
        return tracer.awaitEnd().orElse(1);
    }
}
