package io.clonetrace.trace.child;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.strace.StraceProgram;
import io.clonetrace.trace.wire.TraceFileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * {@code source=strace}: an {@code strace -f -p} on this very process.
 *
 * <p>It writes to a file, not to a pipe: a reader in this process could be stopped by strace while strace waits for it
 * to read.
 */
public final class StraceChildSource implements CloneSource {
    private final ChildTracerSource strace;
    private Path trace;
    private TraceFileSource file;

    /** @param allowTracer lets the process of that pid trace this one (Yama) */
    public StraceChildSource(LongConsumer allowTracer) {
        this.strace = new ChildTracerSource("strace", allowTracer);
    }

    @Override
    public SourceKind kind() {
        return SourceKind.STRACE;
    }

    @Override
    public void start() throws SourceRefusedException {
        ChildTracerSource.refuseIfUntraceable();
        StraceProgram.required();
        try {
            String self = Long.toString(ProcessHandle.current().pid());
            trace = Files.createTempFile(TemporaryFolder.path(), "clonetrace-" + self + "-", ".strace");
            // The shell waits until this process has allowed its pid to trace it, and then becomes strace.
            List<String> command = List.of(
                    "/bin/sh",
                    "-c",
                    "read go && exec strace -f -q -ttt -e trace=clone,clone3,fork,vfork -e signal=none -o \"$0\" -p"
                            + " \"$1\"",
                    trace.toString(),
                    self);
            strace.start(command, ProcessBuilder.Redirect.DISCARD);
            file = new TraceFileSource(trace);
            file.start();
            // Both have the file open now: without a name it is gone when both are, however they end.
            Files.delete(trace);
        } catch (IOException failed) {
            throw new SourceRefusedException("strace could not be started: " + failed.getMessage(), failed);
        }
    }

    @Override
    public boolean poll(CloneSink sink) {
        strace.watch();
        return file.poll(sink);
    }

    @Override
    public boolean isQuiet() {
        return file.isQuiet();
    }

    @Override
    public long lostRecords() {
        return file.lostRecords();
    }

    @Override
    public String lossReason() {
        return file.lossReason() != null && strace.killed()
                ? "strace was stopped while the JVM runs, and killed so that the JVM goes on"
                : file.lossReason();
    }

    @Override
    public void processEnds() {
        strace.hurry();
    }

    @Override
    public void stop() {
        strace.stop();
        if (file != null) {
            file.stop();
        }
        if (trace != null) {
            trace.toFile().delete();
        }
    }
}
