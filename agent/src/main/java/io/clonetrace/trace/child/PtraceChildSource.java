package io.clonetrace.trace.child;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Pipe;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * {@code source=ptrace}: a small child JVM that runs {@code clonetrace trace} on this one. Its lines arrive through a
 * pipe; it never waits for their reader.
 */
public final class PtraceChildSource extends ChildTracerSource {
    private final Path jar;
    private final StackCapture.Mode stacks;
    private Pipe pipe;

    /** Captures no stacks; the parameters are those of the other constructor. */
    public PtraceChildSource(Path jar, LongConsumer allowTracer) {
        this(jar, StackCapture.Mode.OFF, allowTracer);
    }

    /**
     * @param jar clonetrace.jar; the child runs its command line
     * @param stacks which stacks to capture; the child unwinds them
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    public PtraceChildSource(Path jar, StackCapture.Mode stacks, LongConsumer allowTracer) {
        super("the tracer", allowTracer);
        this.jar = jar;
        this.stacks = stacks;
    }

    @Override
    public SourceKind kind() {
        return SourceKind.PTRACE;
    }

    @Override
    void launch() throws IOException, LinuxException, SourceRefusedException {
        pipe = Pipe.make();
        trace(
                ChildJvm.command(
                        jar,
                        "trace",
                        "--source",
                        kind().label(),
                        "--by-tracee",
                        "--native-stacks",
                        stacks.name().toLowerCase(Locale.ROOT),
                        "-p",
                        Long.toString(ProcessHandle.current().pid())),
                ProcessBuilder.Redirect.to(pipe.writing().toFile()));
        read(pipe.reading());
    }

    /** Where no stacks are captured, only a thread that is alive can tell whose it is. */
    @Override
    public boolean rings() {
        return pipe != null && stacks != StackCapture.Mode.OFF;
    }

    /** Not while lines arrive all the time: the pipe, and then the child, hold them. */
    @Override
    public int alarm() {
        return rings() && isQuiet() ? pipe.readFd() : -1;
    }

    /** The child rests while this process makes no task. */
    @Override
    public long progress() {
        return super.progress() + processorTime();
    }

    @Override
    void release() {
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
    }
}
