package io.clonetrace.trace.child;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.trace.PtraceDenial;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.strace.StraceProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * {@code source=strace}: an {@code strace -f -p} on this process. It writes to a file, not to a pipe: strace could stop
 * the thread that reads the pipe while strace itself waits for that thread to read.
 */
public final class StraceChildSource extends ChildTracerSource {
    private Path trace;

    /** @param allowTracer lets the process of that pid trace this one (Yama) */
    public StraceChildSource(LongConsumer allowTracer) {
        super("strace", allowTracer);
    }

    @Override
    public SourceKind kind() {
        return SourceKind.STRACE;
    }

    @Override
    public String captureRefusal() {
        return "strace is started without -k, with which it unwinds each stack while the thread waits";
    }

    @Override
    void launch() throws IOException, SourceRefusedException {
        StraceProgram.required();
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
        trace(command, ProcessBuilder.Redirect.DISCARD);
        read(trace);
        // Both have it open: without a name it disappears when both have ended, however they end.
        Files.delete(trace);
    }

    @Override
    String explained(String said) {
        return PtraceDenial.explained(said, ProcessHandle.current().pid());
    }

    @Override
    void release() {
        if (trace != null) {
            trace.toFile().delete();
        }
    }
}
