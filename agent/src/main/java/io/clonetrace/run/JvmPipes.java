package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.StraceLine;
import io.clonetrace.trace.wire.WireHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Hands each process that makes a thread, and so may be a JVM, the lines of its own clones: by a named pipe that has
 * its pid for a name. The pipe is there from the process's first thread on, which in a JVM is the main thread.
 */
final class JvmPipes implements CloneSink {
    /** With more tasks than this, those are looked for whose end nobody told: not every source sees ends. */
    private static final int MANY = 16_384;

    private static final long CLOCK_STEP_NANOS = 1_000_000;

    private final RunFolder folder;
    private final LongSupplier lostBySource;
    private final Consumer<String> problem;
    private final Map<Integer, Integer> processes = new HashMap<>();
    private final Map<Integer, JvmPipe> pipes = new HashMap<>();
    private final Set<Integer> unserved = new HashSet<>();
    private final LineBudget budget = new LineBudget();
    private final Clocks clocks = new Clocks();
    private String source;
    private long clockOffset;
    private int limit = MANY;
    private long undelivered;
    private boolean told;

    /**
     * @param folder where the pipes are
     * @param pid the process whose descendants are observed
     * @param source the source's name
     * @param lostBySource the clones that it knows to be lost
     * @param problem is told once, in a line, why a process has no pipe
     */
    JvmPipes(RunFolder folder, int pid, String source, LongSupplier lostBySource, Consumer<String> problem) {
        this.folder = folder;
        this.source = source;
        this.lostBySource = lostBySource;
        this.problem = problem;
        processes.put(pid, pid);
        clockOffset = offset();
    }

    @Override
    public void cloned(CloneCall call) {
        int process = process(call.parentTid());
        if (!call.failed()) {
            made(call, process);
        }
        JvmPipe pipe = pipes.get(process);
        if (pipe != null) {
            // Looked at for each call: no source tells of execve.
            pipe.clone(StraceLine.precise(folder.mayKnowAddresses(process) ? call : call.withoutAddresses()));
        } else if (unserved.contains(process)) {
            undelivered++;
        }
    }

    @Override
    public void exited(int tid) {
        Integer process = processes.remove(tid);
        JvmPipe pipe = process == null ? null : pipes.get(process);
        if (pipe != null) {
            pipe.offer(StraceLine.ended(tid, clocks.realtime()));
        }
    }

    @Override
    public void source(String name) {
        source = name;
    }

    /**
     * Makes the pipe of a process that has threads already.
     *
     * @throws IllegalStateException if it can't be made
     */
    void openFor(int process) {
        open(process);
    }

    /** Writes what the pipes have room for, and tells of new losses. */
    void flush() throws LinuxException {
        for (JvmPipe pipe : pipes.values()) {
            pipe.tellLost(lostBySource.getAsLong());
            pipe.flush();
        }
    }

    /** Gives back the pipes of processes that have ended. */
    void sweep() {
        for (Iterator<Map.Entry<Integer, JvmPipe>> all = pipes.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Integer, JvmPipe> entry = all.next();
            if (!isTask(entry.getKey())) {
                entry.getValue().close();
                all.remove();
            }
        }
        unserved.removeIf(process -> !isTask(process));
    }

    /** How many clones were of processes whose pipe could not be made. */
    long undelivered() {
        return undelivered;
    }

    void close() {
        pipes.values().forEach(JvmPipe::close);
        pipes.clear();
        clocks.close();
    }

    private void made(CloneCall call, int process) {
        boolean thread = call.has(CloneFlag.CLONE_THREAD);
        if (!thread) {
            forget(call.childTid());
        }
        processes.put(call.childTid(), thread ? process : call.childTid());
        if (processes.size() > limit) {
            processes.keySet().removeIf(tid -> !isTask(tid));
            limit = Math.max(MANY, 2 * processes.size());
        }
        if (thread && !pipes.containsKey(process) && !unserved.contains(process)) {
            serve(process);
        }
    }

    /** Its pid was another process's, whose end nobody has told. */
    private void forget(int process) {
        JvmPipe before = pipes.remove(process);
        if (before != null) {
            before.close();
        }
        unserved.remove(process);
    }

    /** The command goes on where it can't be served, and so do the other pipes. */
    private void serve(int process) {
        try {
            open(process);
        } catch (IllegalStateException unmade) {
            forget(process);
            unserved.add(process);
            if (!told) {
                told = true;
                problem.accept(unmade.getMessage() + "; clones that can't be handed over are counted as lost");
            }
        }
    }

    private void open(int process) {
        try {
            JvmPipe pipe = new JvmPipe(folder, process, folder.pipe(process), budget);
            pipes.put(process, pipe);
            pipe.header(new WireHeader.Source(source));
            pipe.header(new WireHeader.Writer(ProcessHandle.current().pid()));
            pipe.header(new WireHeader.Clock(clockOffset));
            pipe.flush();
            // Only now: the agent takes what has this name, and reads at once who writes it.
            folder.ready(process);
        } catch (LinuxException refused) {
            throw new IllegalStateException("the pipe of process " + process + ": " + refused.getMessage(), refused);
        }
    }

    /** Whose thread the task is; after a loss it may be one that nobody told the making of. */
    private int process(int tid) {
        return processes.computeIfAbsent(
                tid, task -> ProcessStatus.of(task).map(ProcessStatus::process).orElse(task));
    }

    private static boolean isTask(int tid) {
        return Files.exists(Path.of("/proc/" + tid));
    }

    /** Tells it where the wall clock was set since. */
    void clock() {
        long now = offset();
        if (Math.abs(now - clockOffset) > CLOCK_STEP_NANOS) {
            clockOffset = now;
            pipes.values().forEach(pipe -> pipe.header(new WireHeader.Clock(now)));
        }
    }

    private long offset() {
        return clocks.realtime() - clocks.monotonic();
    }
}
