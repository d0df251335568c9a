package io.clonetrace.trace.strace;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import io.clonetrace.trace.wire.StraceParser;
import io.clonetrace.trace.wire.TraceInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs {@code strace -f -p} on another process, which waits until it is traced, and on all of its descendants. */
public final class StraceSource implements CloneSource {
    private static final int BUFFER = 1 << 16;
    private static final long CHECK_NANOS = 2_000_000;
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final int pid;
    private final boolean stacks;
    private final byte[] buffer = new byte[BUFFER];
    private Process strace;
    private ProcessStart traced;
    private long nextWatch = System.nanoTime();
    private Path trace;
    private TraceInput input;
    private StraceParser parser;
    private String lost;

    /** @param pid the process */
    public StraceSource(int pid) {
        this(pid, false);
    }

    /**
     * @param pid the process
     * @param stacks whether strace prints the native frames of each call, by its own unwinder
     */
    public StraceSource(int pid, boolean stacks) {
        this.pid = pid;
        this.stacks = stacks;
    }

    @Override
    public SourceKind kind() {
        return SourceKind.STRACE;
    }

    @Override
    public void start() throws SourceRefusedException {
        StraceProgram program = StraceProgram.required();
        try {
            if (stacks && !program.printsStacks()) {
                throw new SourceRefusedException(
                        program.file() + " was built without an unwinder, so it can't print stacks (-k)");
            }
            // The pid in the name lets StaleFileSweeper find and remove it if this process is killed meanwhile.
            String prefix = "clonetrace-" + ProcessHandle.current().pid() + "-";
            trace = Files.createTempFile(TemporaryFolder.path(), prefix, ".strace");
            strace = new ProcessBuilder(command())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            while (Tracer.of(Path.of("/proc/" + pid)).isEmpty()) {
                if (!strace.isAlive()) {
                    throw new SourceRefusedException(lastMessage());
                }
                LockSupport.parkNanos(CHECK_NANOS);
            }
            traced = ProcessStart.of(pid)
                    .orElseThrow(() -> new SourceRefusedException("there is no process " + pid + " any more"));
            input = TraceInput.open(trace);
            // Both have it open now: without a name it disappears when both have ended, however they end.
            Files.delete(trace);
        } catch (IOException failed) {
            throw new SourceRefusedException("strace could not be started: " + failed.getMessage(), failed);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        if (stacks) {
            command.add("-k");
        }
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none"));
        command.addAll(List.of("-o", trace.toString(), "-p", Integer.toString(pid)));
        return command;
    }

    /** strace prints its reason for giving up more than once; the last line names the process. */
    private String lastMessage() throws IOException {
        String said = new String(strace.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return said.substring(said.lastIndexOf('\n') + 1);
    }

    @Override
    public boolean poll(CloneSink sink) {
        if (parser == null) {
            parser = new StraceParser(sink, pid, ZonedDateTime::now);
        }
        watch();
        long before = parser.counts().lines();
        try {
            for (int length = input.read(buffer); length > 0; length = input.read(buffer)) {
                parser.feed(buffer, 0, length);
            }
        } catch (IOException unreadable) {
            lost = "strace's file can't be read: " + unreadable.getMessage();
        }
        return parser.counts().lines() > before;
    }

    /** Notices if strace ends before the command: the source is lost then. */
    private void watch() {
        long now = System.nanoTime();
        if (lost == null && now - nextWatch > 0) {
            nextWatch = now + WATCH_NANOS;
            if (!strace.isAlive() && traced.isRunning()) {
                lost = "strace (pid " + strace.pid() + ") ended";
            }
        }
    }

    @Override
    public long lostRecords() {
        return parser == null ? 0 : parser.counts().lost();
    }

    @Override
    public String lossReason() {
        return lost;
    }

    @Override
    public void stop() {
        if (strace != null) {
            strace.destroy();
        }
        if (trace != null) {
            trace.toFile().delete();
        }
        try {
            if (input != null) {
                input.close();
            }
        } catch (IOException alreadyGone) {
            lost = alreadyGone.getMessage();
        }
    }
}
