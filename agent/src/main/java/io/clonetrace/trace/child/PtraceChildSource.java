package io.clonetrace.trace.child;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Pipe;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * {@code source=ptrace}: a small child JVM that runs {@code clonetrace trace} on this one. Its lines arrive through a
 * pipe; it never waits for their reader.
 */
public final class PtraceChildSource extends ChildTracerSource {
    private final Path jar;
    private Pipe pipe;

    /**
     * @param jar clonetrace.jar; the child runs its command line
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    public PtraceChildSource(Path jar, LongConsumer allowTracer) {
        super("the tracer", allowTracer);
        this.jar = jar;
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
                        "-p",
                        Long.toString(ProcessHandle.current().pid())),
                ProcessBuilder.Redirect.to(pipe.writing().toFile()));
        read(pipe.reading());
    }

    @Override
    void release() {
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
    }
}
