package io.clonetrace.trace.child;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
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
 * A child of this process that traces it. It waits for a line on its standard input, so that this process can allow its
 * pid to trace it first. It has to end before this process: a child that lives is waited for by a thread in native
 * code, for which HotSpot waits 300 ms as it ends (vmOperations.cpp, VM_Exit::wait_for_threads_in_native_to_block).
 */
public final class ChildTracerSource {
    /**
     * A tracer, itself a JVM, stops each thread of the process once to attach to it; on a machine that is overloaded,
     * slowly.
     */
    private static final long ATTACH_SECONDS = 30;

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int CHECKS_STOPPED = 3;
    private static final String PREFIX = "clonetrace: ";

    private final String name;
    private final LongConsumer allowTracer;
    private volatile Process process;
    private volatile boolean ending;
    private Path messages;
    private long nextCheck = System.nanoTime();
    private int stopped;
    private boolean killed;
    private volatile boolean attached;

    /**
     * @param name what it is called in messages
     * @param allowTracer lets the process of that pid trace this one (Yama)
     */
    public ChildTracerSource(String name, LongConsumer allowTracer) {
        this.name = name;
        this.allowTracer = allowTracer;
    }

    /**
     * @throws SourceRefusedException if no child could trace this process: somebody does already, or by /proc's pids
     */
    public static void refuseIfUntraceable() throws SourceRefusedException {
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
     * Starts it, and waits until it traces all tasks of this process.
     *
     * @param output where its standard output goes
     * @throws IOException if it can't be started
     * @throws SourceRefusedException if it doesn't trace, with its own last words
     */
    public void start(List<String> command, ProcessBuilder.Redirect output) throws IOException, SourceRefusedException {
        StaleFileSweeper.sweep(TemporaryFolder.path());
        messages = Files.createTempFile(
                TemporaryFolder.path(), "clonetrace-" + ProcessHandle.current().pid() + "-", ".messages");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(messages.toFile());
        // Meant for the application's JVMs, and each of them prints a line.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        process = ChildJvm.start(builder);
        if (ending) {
            // Whoever asked for that found no process yet.
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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ATTACH_SECONDS);
        while (!attachedToAll()) {
            if (!process.isAlive()) {
                throw new SourceRefusedException(lastMessage());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SourceRefusedException(name + " did not attach to this JVM within " + ATTACH_SECONDS + " s");
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
        attached = true;
        // The tracer has it open: without a name it is gone when the tracer is, however that ends.
        messages.toFile().delete();
    }

    /**
     * A tracer that was told to stop doesn't serve its tracees, which wait for it at their next clone: it is killed, so
     * that they go on. To be called now and then.
     */
    public void watch() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return;
        }
        nextCheck = now + WATCH_NANOS;
        // So many times in a row, not for so long: where all were stopped together, this thread was too.
        stopped = isStopped() ? stopped + 1 : 0;
        if (stopped >= CHECKS_STOPPED) {
            killed = true;
            process.destroyForcibly();
        }
    }

    /** Whether {@link #watch} had to kill it. */
    public boolean killed() {
        return killed;
    }

    /** Kills it if it has not yet attached, so that nobody waits for that. May be called by any thread, at any time. */
    public void hurry() {
        ending = true;
        Process started = process;
        if (started != null && !attached) {
            started.destroyForcibly();
        }
    }

    /** Ends it, if it was started; what it traced goes on. */
    public void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        if (messages != null) {
            messages.toFile().delete();
        }
    }

    private boolean isStopped() {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            // Behind the name, which may hold anything (proc(5)).
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
            return last.startsWith(PREFIX) ? last.substring(PREFIX.length()) : last;
        } catch (IOException unreadable) {
            return name + " ended at once";
        }
    }
}
