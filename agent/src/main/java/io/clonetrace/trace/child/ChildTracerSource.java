package io.clonetrace.trace.child;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import io.clonetrace.linux.proc.Patience;
import io.clonetrace.linux.proc.ProcessorTime;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import io.clonetrace.trace.wire.TraceFileSource;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Starts a child process that traces this one, because a process can't trace itself, and reads the lines that it
 * writes. Subclasses start the child.
 *
 * <p>The child waits for a line on its standard input, so that this process can first allow its pid to trace it. It has
 * to end before this process does: Java waits for a living child with a thread in native code, and at exit HotSpot
 * waits 300 ms for such a thread (vmOperations.cpp, VM_Exit::wait_for_threads_in_native_to_block).
 */
public abstract class ChildTracerSource implements CloneSource {
    /** How long to wait for a child that uses no processor time. */
    private static final long ATTACH_SECONDS = 30;

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * The tracer resumes itself sooner (linux.process.ResumeTimer): this is for strace, and where no timer is allowed.
     */
    private static final int CHECKS_STOPPED = 8;

    private static final String PREFIX = "clonetrace: ";

    private final String name;
    private final LongConsumer allowTracer;
    private volatile Process process;
    private volatile boolean ending;
    private volatile boolean attached;
    private Path messages;
    private volatile TraceFileSource lines;
    private long nextCheck = System.nanoTime();
    private int stopped;
    private boolean killed;

    /**
     * @param name the child's name in messages
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    ChildTracerSource(String name, LongConsumer allowTracer) {
        this.name = name;
        this.allowTracer = allowTracer;
    }

    /** Starts the child with {@link #trace}, and reads its lines with {@link #read}. */
    abstract void launch() throws IOException, LinuxException, SourceRefusedException;

    /** Completes what the child said when it ended before it traced this process. */
    String explained(String said) {
        return said;
    }

    /** Releases what {@link #launch} created besides the child. */
    abstract void release();

    @Override
    public void start() throws SourceRefusedException {
        refuseIfUntraceable();
        try {
            launch();
        } catch (LinkageError noNativeCode) {
            throw new SourceRefusedException("native code can't be used here: " + noNativeCode, noNativeCode);
        } catch (IOException | LinuxException failed) {
            throw new SourceRefusedException(name + " could not be started: " + failed.getMessage(), failed);
        }
    }

    private static void refuseIfUntraceable() throws SourceRefusedException {
        PidNamespace.refuseForeignProc(
                Path.of("/proc/self"), ProcessHandle.current().pid());
        Optional<Tracer> holder = Tracer.ofThisProcess();
        if (holder.isPresent()) {
            throw new SourceRefusedException(
                    holder.get().name() + " (pid " + holder.get().pid()
                            + ") traces this JVM already; if it is an strace -f -o FILE, add source=strace:FILE");
        }
    }

    /**
     * Starts the child and waits until it traces all tasks of this process.
     *
     * @param output where its standard output goes
     * @throws SourceRefusedException if the child can't trace, with its last message
     */
    final void trace(List<String> command, ProcessBuilder.Redirect output) throws IOException, SourceRefusedException {
        StaleFileSweeper.sweep(TemporaryFolder.path());
        messages = Files.createTempFile(
                TemporaryFolder.path(), "clonetrace-" + ProcessHandle.current().pid() + "-", ".messages");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(messages.toFile());
        // These variables are meant for the application's JVMs, and each makes a JVM print a line.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        process = ChildJvm.start(builder);
        if (ending) {
            // processEnds() found no process yet.
            process.destroyForcibly();
        }
        allowTracer.accept(process.pid());
        attach();
    }

    private void attach() throws SourceRefusedException {
        try (var go = process.getOutputStream()) {
            go.write('\n');
        } catch (IOException ended) {
            throw new SourceRefusedException(lastMessage(), ended);
        }
        Patience patience = new Patience(TimeUnit.SECONDS.toNanos(ATTACH_SECONDS), CHECK_NANOS, this::processorTime);
        while (!attachedToAll()) {
            if (!process.isAlive()) {
                throw new SourceRefusedException(lastMessage());
            }
            // A host that interrupts all threads would make each pause end at once, and these are counted.
            Thread.interrupted();
            LockSupport.parkNanos(CHECK_NANOS);
            if (patience.isOver()) {
                throw new SourceRefusedException(
                        name + " did not attach to this JVM, and made no progress for " + ATTACH_SECONDS + " s");
            }
        }
        attached = true;
        // The tracer has it open: without a name it disappears when the tracer ends, however it ends.
        messages.toFile().delete();
    }

    /** Starts reading the trace. */
    final void read(Path trace) throws SourceRefusedException {
        lines = new TraceFileSource(trace);
        lines.start();
    }

    @Override
    public boolean poll(CloneSink sink) {
        watch();
        return lines.poll(sink);
    }

    /** Kills a tracer that is stopped by a signal: its tracees would wait for it at their next clone. */
    private void watch() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return;
        }
        nextCheck = now + WATCH_NANOS;
        // Counts checks in a row, not time: if all processes were stopped together, so was this thread.
        stopped = isStopped() ? stopped + 1 : 0;
        if (stopped >= CHECKS_STOPPED) {
            killed = true;
            process.destroyForcibly();
        }
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
    public long progress() {
        return lines.progress();
    }

    /** The processor time that the child has used. */
    final long processorTime() {
        return new ProcessorTime(Path.of("/proc/" + process.pid())).getAsLong();
    }

    @Override
    public String lossReason() {
        return lines.lossReason() != null && killed
                ? name + " was stopped while the JVM runs, and killed so that the JVM goes on"
                : lines.lossReason();
    }

    /** Kills a child that {@link #start} still waits for because it has not attached yet. */
    @Override
    public void processEnds() {
        ending = true;
        TraceFileSource reading = lines;
        if (reading != null) {
            reading.processEnds();
        }
        Process started = process;
        if (started != null && !attached) {
            started.destroyForcibly();
        }
    }

    /** Ends the child if it was started; the traced tasks continue. */
    @Override
    public void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        if (messages != null) {
            messages.toFile().delete();
        }
        if (lines != null) {
            lines.stop();
        }
        release();
    }

    private boolean isStopped() {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            // After the name, which may contain anything (proc(5)).
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'T' || state == 't';
        } catch (IOException | StringIndexOutOfBoundsException gone) {
            return false;
        }
    }

    private boolean attachedToAll() {
        File[] tasks = new File("/proc/self/task").listFiles();
        for (File task : tasks == null ? new File[0] : tasks) {
            boolean ours = Tracer.of(task.toPath())
                    .map(tracer -> tracer.pid() == process.pid())
                    .orElse(false);
            if (!ours && task.exists()) {
                return false;
            }
        }
        return true;
    }

    private String lastMessage() {
        try {
            List<String> lines = Files.readAllLines(messages, StandardCharsets.ISO_8859_1);
            String last = lines.isEmpty() ? name + " ended at once" : lines.get(lines.size() - 1);
            return explained(last.startsWith(PREFIX) ? last.substring(PREFIX.length()) : last);
        } catch (IOException unreadable) {
            return name + " ended at once";
        }
    }
}
