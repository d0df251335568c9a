package io.clonetrace.run;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ptrace.PtraceEventSource;
import io.clonetrace.trace.ptrace.PtraceTracer;
import io.clonetrace.trace.wire.TaskEvent;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A command that this process traces. */
final class PtracedCommand implements ObservedCommand {
    private final PtraceTracer tracer;
    private final PtraceEventSource queue;

    private PtracedCommand(PtraceTracer tracer, PtraceEventSource queue) {
        this.tracer = tracer;
        this.queue = queue;
    }

    static PtracedCommand start(List<String> command, StackCapture stacks)
            throws SourceRefusedException, InterruptedException {
        PtraceEventSource queue = new PtraceEventSource();
        return start(command, stacks, queue, queue);
    }

    /** @param events receives what the tracer sees, and passes it to the queue */
    static PtracedCommand start(
            List<String> command, StackCapture stacks, PtraceEventSource queue, Consumer<TaskEvent> events)
            throws SourceRefusedException, InterruptedException {
        PtraceTracer tracer = PtraceTracer.launch(command, true, stacks, events);
        queue.tracer(tracer);
        return new PtracedCommand(tracer, queue);
    }

    @Override
    public PidFd process() {
        return tracer.launched();
    }

    @Override
    public CloneSource source() {
        return queue;
    }

    @Override
    public void go() {
        // Nothing to do: the tracer let the command run as soon as it traced it.
    }

    @Override
    public OptionalInt ended() {
        return tracer.status();
    }
}
