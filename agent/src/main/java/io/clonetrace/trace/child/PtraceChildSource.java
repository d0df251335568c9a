package io.clonetrace.trace.child;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Pipe;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.wire.TraceFileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * {@code source=ptrace}: a small JVM, child of this one, that traces it, because a process can't trace itself. Its
 * lines come through a pipe, for whose reader it never waits.
 */
public final class PtraceChildSource implements CloneSource {
    private final Path jar;
    private final ChildTracerSource tracer;
    private Pipe pipe;
    private TraceFileSource lines;

    /**
     * @param jar clonetrace.jar, whose command line the tracer is
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    public PtraceChildSource(Path jar, LongConsumer allowTracer) {
        this.jar = jar;
        this.tracer = new ChildTracerSource("the tracer", allowTracer);
    }

    @Override
    public SourceKind kind() {
        return SourceKind.PTRACE;
    }

    @Override
    public void start() throws SourceRefusedException {
        ChildTracerSource.refuseIfUntraceable();
        List<String> command = ChildJvm.command(
                jar,
                "trace",
                "--source",
                SourceKind.PTRACE.label(),
                "--by-tracee",
                "-p",
                Long.toString(ProcessHandle.current().pid()));
        try {
            pipe = Pipe.make();
            tracer.start(command, ProcessBuilder.Redirect.to(pipe.writing().toFile()));
            lines = new TraceFileSource(pipe.reading());
            lines.start();
        } catch (LinkageError noNativeCode) {
            throw new SourceRefusedException("native code can't be used here: " + noNativeCode, noNativeCode);
        } catch (IOException | LinuxException failed) {
            throw new SourceRefusedException("the tracer could not be started: " + failed.getMessage(), failed);
        }
    }

    @Override
    public boolean poll(CloneSink sink) {
        tracer.watch();
        return lines.poll(sink);
    }

    @Override
    public boolean isQuiet() {
        return lines.isQuiet();
    }

    @Override
    public long lostRecords() {
        return lines.lostRecords();
    }

    @Override
    public String lossReason() {
        return lines.lossReason() != null && tracer.killed()
                ? "the tracer was stopped while the JVM runs, and killed so that the JVM goes on"
                : lines.lossReason();
    }

    @Override
    public void processEnds() {
        tracer.hurry();
    }

    @Override
    public void stop() {
        tracer.stop();
        if (lines != null) {
            lines.stop();
        }
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
    }
}
