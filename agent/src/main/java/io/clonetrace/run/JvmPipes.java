package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Fifo;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.wire.ChainWriter;
import io.clonetrace.trace.wire.WireHeader;
import java.io.IOException;
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
 * Passes to each process that makes a thread, and so may be a JVM, the lines of its own clones, through a named pipe
 * named after its pid and its pid namespace, with the tids of that namespace. The pipe exists from the process's first
 * thread on, which in a JVM is the main thread.
 */
final class JvmPipes implements CloneSink {
    /** Above this many tasks, check which have ended unreported: not every source sees ends. */
    private static final int MANY = 16_384;

    private static final long CLOCK_STEP_NANOS = 1_000_000;

    private final RunFolder folder;
    private final StackCapture stacks;
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
     * @param folder the folder of the pipes
     * @param pid the process whose descendants are observed
     * @param source the source's name
     * @param lostBySource how many clones the source has lost
     * @param problem receives one line, once, saying why a process has no pipe
     */
    JvmPipes(RunFolder folder, int pid, String source, LongSupplier lostBySource, Consumer<String> problem) {
        this(folder, pid, source, StackCapture.OFF, lostBySource, problem);
    }

    /**
     * @param stacks for which clones the source captures stacks, and what unwinds them; the other parameters as above
     */
    JvmPipes(
            RunFolder folder,
            int pid,
            String source,
            StackCapture stacks,
            LongSupplier lostBySource,
            Consumer<String> problem) {
        this.folder = folder;
        this.source = source;
        this.stacks = stacks;
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
            // Checked at each call, since no source reports execve.
            pipe.clone(folder.mayKnowAddresses(process) ? call : call.withoutAddresses());
        } else if (unserved.contains(process)) {
            undelivered++;
        }
    }

    @Override
    public void exited(int tid) {
        Integer process = processes.remove(tid);
        JvmPipe pipe = process == null ? null : pipes.get(process);
        if (pipe != null) {
            pipe.ended(tid, clocks.realtime());
        }
    }

    @Override
    public void source(String name) {
        source = name;
    }

    /**
     * Creates the pipe of a process that already has threads.
     *
     * @throws IllegalStateException if it can't be created
     */
    void openFor(int process) {
        open(process, NamespacedPid.of(process));
    }

    /** Writes as much as the pipes have room for, and reports new losses. */
    void flush() throws LinuxException {
        for (JvmPipe pipe : pipes.values()) {
            pipe.tellLost(lostBySource.getAsLong());
            pipe.flush();
        }
    }

    /** Closes the pipes of processes that have ended. */
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

    /** How many clones belonged to processes whose pipe could not be created. */
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
            serve(process, call);
        }
    }

    /** Forgets the pid's previous process, whose end was never reported. */
    private void forget(int process) {
        JvmPipe before = pipes.remove(process);
        if (before != null) {
            before.close();
        }
        unserved.remove(process);
    }

    /** A failure here stops neither the command nor the other pipes. */
    private void serve(int process, CloneCall first) {
        try {
            NamespacedPid inside = NamespacedPid.of(process);
            if (inside.inner() && first.inside().isEmpty()) {
                throw new IllegalStateException("process " + process + " is in a pid namespace of its own, whose tids "
                        + source + " does not see here; ebpf does, on a kernel with BTF");
            }
            open(process, inside);
        } catch (IllegalStateException unmade) {
            forget(process);
            unserved.add(process);
            if (!told) {
                told = true;
                problem.accept(unmade.getMessage() + "; clones that can't be handed over are counted as lost");
            }
        }
    }

    private void open(int process, NamespacedPid inside) {
        try {
            ChainWriter chains = new ChainWriter(stacks, false);
            Fifo fifo = folder.pipe(inside.pipe());
            JvmPipe pipe = new JvmPipe(folder, inside, fifo, budget, chains);
            pipes.put(process, pipe);
            pipe.header(new WireHeader.Source(source));
            if (inside.inner()) {
                fifo.lock();
                pipe.header(new WireHeader.WriterLock());
            } else {
                pipe.header(new WireHeader.Writer(ProcessHandle.current().pid()));
            }
            pipe.header(new WireHeader.Clock(clockOffset));
            if (chains.hasHeader()) {
                pipe.header(chains.header());
            }
            pipe.flush();
            // Only now: the agent opens the pipe as soon as it has this name, and reads at once which process writes
            // it.
            folder.ready(inside.pipe());
        } catch (LinuxException | IOException refused) {
            throw new IllegalStateException("the pipe of process " + process + ": " + refused.getMessage(), refused);
        }
    }

    /** The process of the task; after a loss, the task's creation may never have been reported. */
    private int process(int tid) {
        return processes.computeIfAbsent(
                tid, task -> ProcessStatus.of(task).map(ProcessStatus::process).orElse(task));
    }

    private static boolean isTask(int tid) {
        return Files.exists(Path.of("/proc/" + tid));
    }

    /** Writes a clock header if the wall clock was set since the last one. */
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
