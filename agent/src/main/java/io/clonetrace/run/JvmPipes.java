package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.Clocks;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.ProcessStart;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.ptrace.StraceLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
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
    private final Map<Integer, Integer> processes = new HashMap<>();
    private final Map<Integer, JvmPipe> pipes = new HashMap<>();
    private final Map<Integer, Long> toldLost = new HashMap<>();
    private final Clocks clocks = new Clocks();
    private String source;
    private long clockOffset;
    private int limit = MANY;

    /**
     * @param folder where the pipes are
     * @param pid the process whose descendants are observed
     * @param source the source's name
     * @param lostBySource the clones that it knows to be lost
     */
    JvmPipes(RunFolder folder, int pid, String source, LongSupplier lostBySource) {
        this.folder = folder;
        this.source = source;
        this.lostBySource = lostBySource;
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
            pipe.clone(StraceLine.precise(call));
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

    /** Makes the pipe of a process that has threads already. */
    void openFor(int process) {
        open(process);
    }

    /** Writes what the pipes have room for, and tells of new losses. */
    void flush() throws LinuxException {
        for (Map.Entry<Integer, JvmPipe> entry : pipes.entrySet()) {
            JvmPipe pipe = entry.getValue();
            long lost = pipe.lost() + lostBySource.getAsLong();
            if (lost != toldLost.getOrDefault(entry.getKey(), 0L)) {
                toldLost.put(entry.getKey(), lost);
                pipe.comment("lost: " + lost);
            }
            pipe.flush();
        }
    }

    /** Gives back the pipes of processes that have ended. */
    void sweep() {
        for (Iterator<Map.Entry<Integer, JvmPipe>> all = pipes.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Integer, JvmPipe> entry = all.next();
            if (!isTask(entry.getKey())) {
                entry.getValue().close();
                toldLost.remove(entry.getKey());
                all.remove();
            }
        }
    }

    void close() {
        pipes.values().forEach(JvmPipe::close);
        clocks.close();
    }

    private void made(CloneCall call, int process) {
        boolean thread = call.has(CloneFlag.CLONE_THREAD);
        processes.put(call.childTid(), thread ? process : call.childTid());
        if (processes.size() > limit) {
            processes.keySet().removeIf(tid -> !isTask(tid));
            limit = Math.max(MANY, 2 * processes.size());
        }
        if (thread && !pipes.containsKey(process)) {
            open(process);
        }
    }

    private void open(int process) {
        try {
            JvmPipe pipe = new JvmPipe(folder, process, folder.pipe(process));
            pipes.put(process, pipe);
            pipe.comment("source: " + source);
            pipe.comment("writer: " + ProcessHandle.current().pid());
            pipe.comment("clock: " + clockOffset);
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
                tid, task -> ProcessStart.processOf(task).orElse(task));
    }

    private static boolean isTask(int tid) {
        return Files.exists(Path.of("/proc/" + tid));
    }

    /** Tells it where the wall clock was set since. */
    void clock() {
        long now = offset();
        if (Math.abs(now - clockOffset) > CLOCK_STEP_NANOS) {
            clockOffset = now;
            pipes.values().forEach(pipe -> pipe.comment("clock: " + now));
        }
    }

    private long offset() {
        return clocks.realtime() - clocks.monotonic();
    }
}
