package io.clonetrace.trace.strace;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PtraceDenial;
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

/**
 * Runs {@code strace -f} on another process, which waits until it is traced, and on all of its descendants. Mostly
 * strace attaches to the process ({@code -p}). Where only an ancestor may trace (Yama), strace starts as that process
 * instead ({@code -D}): it permits its grandchild to trace it (prctl(2), PR_SET_PTRACER_ANY), and becomes the command.
 */
public final class StraceSource implements CloneSource {
    private static final String SHELL = "/bin/sh";
    private static final int BUFFER = 1 << 16;

    private static final long CHECK_NANOS = 2_000_000;
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final boolean stacks;
    private final byte[] buffer = new byte[BUFFER];
    private StraceProgram program;
    private boolean launched;
    private int pid;
    private ProcessHandle strace;
    private ProcessStart traced;
    private long nextWatch = System.nanoTime();
    private Path trace;
    private Path messages;
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

    /**
     * For a command that strace starts; {@link #prefix} comes before the command's words.
     *
     * @param stacks as above
     * @throws SourceRefusedException if there is no strace, or it may not trace a process that it starts
     */
    public static StraceSource launching(boolean stacks) throws SourceRefusedException {
        StraceSource source = new StraceSource(0, stacks);
        try {
            source.makeFiles();
            source.rehearse();
            source.launched = true;
            return source;
        } catch (SourceRefusedException refused) {
            source.stop();
            throw refused;
        } catch (IOException failed) {
            source.stop();
            throw new SourceRefusedException("strace could not be started: " + failed.getMessage(), failed);
        }
    }

    /** The program strace, and its arguments before the command's words: in that process, it becomes the command. */
    public List<String> prefix() {
        return daemon(trace);
    }

    private List<String> daemon(Path output) {
        List<String> words = new ArrayList<>(options(output));
        words.set(0, program.file().toString());
        words.add("-D");
        return words;
    }

    /** Takes the process that {@link #prefix} became, once the command waits. */
    public void launched(int command) {
        pid = command;
    }

    /** A command shares its stderr with the strace that starts it, so a refusal is read from another, before. */
    private void rehearse() throws SourceRefusedException, IOException {
        List<String> nothing = daemon(Path.of("/dev/null"));
        nothing.addAll(List.of(SHELL, "-c", ":"));
        Process strace = new ProcessBuilder(nothing)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(messages.toFile())
                .start();
        strace.getOutputStream().close();
        boolean interrupted = false;
        while (strace.isAlive()) {
            LockSupport.parkNanos(CHECK_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (strace.exitValue() != 0) {
            throw new SourceRefusedException(lastMessage());
        }
    }

    @Override
    public void start() throws SourceRefusedException {
        try {
            if (!launched) {
                makeFiles();
                attach();
            }
            strace = Tracer.of(Path.of("/proc/" + pid))
                    .flatMap(tracer -> ProcessHandle.of(tracer.pid()))
                    .orElseThrow(() -> new SourceRefusedException("strace ended at once"));
            traced = ProcessStart.of(pid)
                    .orElseThrow(() -> new SourceRefusedException("there is no process " + pid + " any more"));
            input = TraceInput.open(trace);
            // All have them open now: without a name they disappear when all have ended, however they end.
            Files.delete(trace);
            Files.delete(messages);
        } catch (IOException failed) {
            throw new SourceRefusedException("strace could not be started: " + failed.getMessage(), failed);
        }
    }

    private void makeFiles() throws SourceRefusedException, IOException {
        program = StraceProgram.required();
        if (stacks && !program.printsStacks()) {
            throw new SourceRefusedException(
                    program.file() + " was built without an unwinder, so it can't print stacks (-k)");
        }
        // The pid in the name lets StaleFileSweeper find and remove it if this process is killed meanwhile.
        String prefix = "clonetrace-" + ProcessHandle.current().pid() + "-";
        trace = Files.createTempFile(TemporaryFolder.path(), prefix, ".strace");
        messages = Files.createTempFile(TemporaryFolder.path(), prefix, ".messages");
    }

    private void attach() throws SourceRefusedException, IOException {
        List<String> command = options(trace);
        command.addAll(List.of("-p", Integer.toString(pid)));
        Process started = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(messages.toFile())
                .start();
        strace = started.toHandle();
        while (Tracer.of(Path.of("/proc/" + pid)).isEmpty()) {
            if (!started.isAlive()) {
                throw new SourceRefusedException(PtraceDenial.explained(lastMessage(), pid));
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private List<String> options(Path output) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        if (stacks) {
            command.add("-k");
        }
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", output.toString()));
        return command;
    }

    /** strace prints its reason for giving up more than once; the last line names the process. */
    private String lastMessage() throws IOException {
        String said = Files.readString(messages, StandardCharsets.ISO_8859_1).strip();
        return said.isEmpty() ? "strace ended at once" : said.substring(said.lastIndexOf('\n') + 1);
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
        if (strace != null && strace.isAlive()) {
            // With -D it blocks SIGTERM. Its tracees continue either way.
            strace.destroyForcibly();
        }
        if (trace != null) {
            trace.toFile().delete();
        }
        if (messages != null) {
            messages.toFile().delete();
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
