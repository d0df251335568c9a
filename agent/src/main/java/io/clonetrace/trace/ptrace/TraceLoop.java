package io.clonetrace.trace.ptrace;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.wire.TaskEvent;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Ended;
import io.clonetrace.trace.wire.TaskEvent.Superseded;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Handles each stop of the tracees, with as little work as possible because a stopped task waits. Confined to the
 * tracer's thread.
 */
final class TraceLoop {
    private static final int SIGSTOP = 19; // asm-generic/signal.h
    private static final int SIGTTOU = 22;

    private final Ptrace ptrace;
    private final int pid;
    private final boolean followForks;
    private final TracerCounts counts;
    private final Clocks clocks = new Clocks();
    private final CloneReader reader;
    private final StackReader stacks;
    private final EventOrder order;

    /** Which process a task belongs to; filled only if stacks are captured and more than one process is traced. */
    private final Map<Integer, Integer> processes = new HashMap<>();

    private Optional<WaitStatus> end = Optional.empty();

    /**
     * @param pid the process
     * @param followForks whether to trace the process's descendants too
     * @param stacks captures stacks; closed by the caller
     */
    TraceLoop(
            Ptrace ptrace,
            int pid,
            boolean followForks,
            StackReader stacks,
            TracerCounts counts,
            Consumer<TaskEvent> events) {
        this.ptrace = ptrace;
        this.pid = pid;
        this.followForks = followForks;
        this.counts = counts;
        reader = new CloneReader(ptrace, clocks);
        this.stacks = stacks;
        order = new EventOrder(events);
    }

    /** Serves the tasks until none is left or {@code stopping} is true. */
    void run(BitSet tasks, BooleanSupplier stopping) throws LinuxException {
        tasks.stream().forEach(order::begun);
        int tid = Ptrace.INTERRUPTED;
        while (tid != Ptrace.NO_TRACEES && !stopping.getAsBoolean()) {
            tid = ptrace.await();
            if (tid > 0) {
                serve(tid, ptrace.status());
            }
        }
        order.release();
    }

    /** How the process ended; empty while it runs, or if its leader wasn't traced. */
    Optional<WaitStatus> end() {
        return end;
    }

    void close() {
        reader.close();
        clocks.close();
    }

    private void serve(int tid, WaitStatus status) throws LinuxException {
        if (!status.stopped()) {
            ended(tid, status);
            return;
        }
        switch (status.event()) {
            case Ptrace.EVENT_CLONE, Ptrace.EVENT_FORK, Ptrace.EVENT_VFORK -> cloned(tid);
            case Ptrace.EVENT_EXEC -> executed(tid);
            case Ptrace.EVENT_STOP -> stopped(tid, status.stopSignal());
            default -> ptrace.resume(tid, status.stopSignal());
        }
    }

    private void cloned(int tid) throws LinuxException {
        int childTid = ptrace.eventMessage(tid);
        int process = process(tid);
        Optional<CloneCall> call =
                childTid > 0 ? reader.read(tid, childTid, stacks.startRoutineOffset(process)) : Optional.empty();
        Optional<StackReader.Captured> captured =
                call.flatMap(made -> stacks.read(process, tid, made, reader.startRoutine()));
        ptrace.resume(tid, 0);
        if (call.isPresent()) {
            counts.sawClone();
            boolean thread = call.get().has(CloneFlag.CLONE_THREAD);
            if (follows()) {
                processes.put(childTid, thread ? process : childTid);
            }
            CloneCall made = captured.map(copy -> call.get().from(stacks.resolve(process, copy)))
                    .orElse(call.get());
            order.cloned(new Cloned(made), followForks || thread);
        } else {
            counts.lostClone();
            if (childTid > 0 && (followForks || Signals.isThreadOf(pid, childTid))) {
                order.told(childTid);
            }
        }
    }

    private void executed(int tid) throws LinuxException {
        int before = ptrace.eventMessage(tid);
        ptrace.resume(tid, 0);
        stacks.replaced(tid);
        if (before > 0 && before != tid) {
            processes.remove(before);
            order.superseded(new Superseded(tid, before, clocks.realtimeOf(System.nanoTime())));
        }
    }

    private void stopped(int tid, int signal) throws LinuxException {
        if (signal >= SIGSTOP && signal <= SIGTTOU) {
            ptrace.listen(tid);
        } else if (followForks || order.isTraced(tid) || Signals.isThreadOf(pid, tid)) {
            ptrace.resume(tid, 0);
        } else {
            ptrace.detach(tid);
        }
    }

    private void ended(int tid, WaitStatus status) {
        processes.remove(tid);
        stacks.forget(tid);
        if (tid == pid) {
            end = Optional.of(status);
        }
        order.ended(new Ended(tid, status, clocks.realtimeOf(System.nanoTime())));
    }

    private boolean follows() {
        return followForks && stacks.isOn();
    }

    private int process(int tid) {
        return follows()
                ? processes.computeIfAbsent(
                        tid,
                        task -> ProcessStatus.of(task)
                                .map(ProcessStatus::process)
                                .orElse(task))
                : pid;
    }
}
