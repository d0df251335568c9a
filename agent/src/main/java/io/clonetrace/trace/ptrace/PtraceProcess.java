package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Pipe;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.TracerProcess;
import io.clonetrace.trace.strace.StraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * {@code source=ptrace}: a small JVM, child of this one, that traces it, because a process can't trace itself. Its
 * lines come through a pipe, for whose reader it never waits.
 */
public final class PtraceProcess implements CloneSource {
    /** As little as such a JVM can do with: it counts in the memory of the container. */
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx16m",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError");

    private final Path jar;
    private final LongConsumer allowTracer;
    private Pipe pipe;
    private TracerProcess tracer;
    private StraceFile lines;

    /**
     * @param jar clonetrace.jar, whose command line the tracer is
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    public PtraceProcess(Path jar, LongConsumer allowTracer) {
        this.jar = jar;
        this.allowTracer = allowTracer;
    }

    @Override
    public String name() {
        return "ptrace";
    }

    @Override
    public void start() throws SourceRefusedException {
        TracerProcess.refuseIfTraced();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new SourceRefusedException(
                    "the tracer is a JVM of its own, and this JVM's image has no bin/java to run it");
        }
        try {
            pipe = Pipe.make();
            tracer = TracerProcess.start(
                    "the tracer",
                    command(java),
                    ProcessBuilder.Redirect.to(pipe.writing().toFile()),
                    allowTracer);
            tracer.attach();
            lines = new StraceFile(pipe.reading());
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
    public long damaged() {
        return lines.damaged();
    }

    @Override
    public String lost() {
        return lines.lost() != null && tracer.killed()
                ? "the tracer was stopped while the JVM runs, and killed so that the JVM goes on"
                : lines.lost();
    }

    @Override
    public void stop() {
        if (tracer != null) {
            tracer.stop();
        }
        if (lines != null) {
            lines.stop();
        }
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
    }

    private List<String> command(Path java) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(SMALL);
        command.add("-Djava.io.tmpdir=" + TemporaryFolder.path());
        command.addAll(List.of("-jar", jar.toString(), "trace", "--by-tracee", "-p"));
        command.add(Long.toString(ProcessHandle.current().pid()));
        return command;
    }
}
