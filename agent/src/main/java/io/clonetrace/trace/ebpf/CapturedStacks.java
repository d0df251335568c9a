package io.clonetrace.trace.ebpf;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.BpfArray;
import io.clonetrace.linux.bpf.BpfProgram;
import io.clonetrace.linux.bpf.BpfRing;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.LayoutTable.Layout;
import io.clonetrace.unwind.StackCopy;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * The ring of stacks: joins its records with those of the clones, gives the copies to the resolver, and learns the
 * layout of each process's threads for the program. Used by the thread that polls the source.
 */
final class CapturedStacks implements AutoCloseable {
    /**
     * A clone waits for its stack, which another processor's unfinished record may hide, and all later ones with it.
     */
    private static final int MOST_WAITING = 100_000;

    private static final int MOST_BLOCKED = 100; // polls

    private static final int MOST_ARRIVED = 1024;

    /** Finding a layout reads the process's files; a poll must not take long. */
    private static final int MOST_LEARNED = 8;

    /** How often to look whether a process that had no libjvm.so has loaded it. */
    private static final long LEARN_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final StackCapture capture;
    private final TaskRegisters registers;
    private final IntFunction<Optional<Layout>> layouts;
    private final BpfRing ring;
    private final LayoutTable table;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<StackRecord.Key, StackRecord> arrived = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StackRecord.Key, StackRecord> eldest) {
            // One whose clone was not waited for.
            return size() > MOST_ARRIVED;
        }
    };
    private final KnownProcess[] processes = new KnownProcess[LayoutTable.SLOTS];
    private BpfProgram atExec;
    private int blocked;
    private int learning;
    private long vanished;

    /** A clone that was read, perhaps before its stack. */
    private record Waiting(CloneRecord record, CaptureOutcome outcome) {}

    /** What is known of the owner of a slot. */
    private static final class KnownProcess {
        private final long owner;
        private boolean learned;
        private long learnedAt;
        private Optional<Layout> layout = Optional.empty();

        /** All of HotSpot's threads have the same start routine. */
        private NativeOrigin hotSpots;

        KnownProcess(long owner) {
            this.owner = owner;
        }

        boolean mayHaveLoadedJvm() {
            return layout.isPresent()
                    && layout.get().hotSpotEnd() == 0
                    && System.nanoTime() - learnedAt > LEARN_AGAIN_NANOS;
        }

        boolean hasHotSpots(long start) {
            // One that could not be found out is tried again.
            return hotSpots != null
                    && hotSpots.startRoutineAddress() == start
                    && (!hotSpots.isDone() || hotSpots.startRoutine() != null);
        }
    }

    /** Receives the clones in the order of their ring. */
    @FunctionalInterface
    interface Sink {
        /** @param origin null if the caller's stack is not wanted */
        void cloned(CloneRecord record, NativeOrigin origin);
    }

    /** @param layouts finds the layout of a process's threads, by its pid */
    CapturedStacks(StackCapture capture, TaskRegisters registers, IntFunction<Optional<Layout>> layouts, int ringBytes)
            throws LinuxException {
        this.capture = capture;
        this.registers = registers;
        this.layouts = layouts;
        ring = BpfRing.mappedWhileRead(ringBytes);
        try {
            table = new LayoutTable();
        } catch (LinuxException refused) {
            ring.close();
            throw refused;
        }
    }

    /** The program that fills the ring; it counts the stacks that find it full in {@code losses}. */
    CaptureProgram program(BpfArray losses, int loss) {
        return new CaptureProgram(
                capture.mode(), table.fd(), new StackProgram(registers, ring.fd(), losses.fd(), loss));
    }

    /**
     * Forgets what is known of a process when it executes another program.
     *
     * @param tracepoints how to attach to sched:sched_process_exec
     * @param pids how to find out the pid of the process
     */
    void watchExecs(NewTaskFormat tracepoints, TaskPids pids) throws LinuxException {
        atExec = tracepoints.atExec(LayoutTable.atExec(table.fd(), pids));
    }

    /** Finds out the layout of a process that runs already. */
    void learn(int process) {
        learn(known(table.claim(process)));
    }

    /**
     * Passes on the clones that were made since the last call; their order stays, so one whose stack has not arrived
     * holds up those behind it until the next call.
     *
     * @return how many were read
     */
    int poll(BpfRing clones, Sink sink) {
        int read = waiting.size() > MOST_WAITING
                ? 0
                : clones.drain((bytes, at) ->
                        waiting.add(new Waiting(CloneRecord.at(bytes, at), CaptureOutcome.at(bytes, at))));
        learning = 0;
        ring.drain((bytes, at) -> {
            StackRecord stack = StackRecord.at(bytes, at, registers);
            arrived.put(stack.key(), stack);
            // At once, so that not all of the ring lies in the heap.
            deliver(sink);
        });
        deliver(sink);
        if (!waiting.isEmpty() && ++blocked > MOST_BLOCKED) {
            pass(waiting.remove(), Optional.empty(), sink);
            deliver(sink);
        }
        return read;
    }

    private void deliver(Sink sink) {
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            Optional<StackRecord> stack = next.outcome().isCaptured()
                    ? Optional.ofNullable(arrived.remove(StackRecord.Key.of(next.record())))
                    : Optional.empty();
            if (next.outcome().isCaptured() && stack.isEmpty()) {
                return;
            }
            waiting.remove();
            pass(next, stack, sink);
        }
    }

    private void pass(Waiting clone, Optional<StackRecord> stack, Sink sink) {
        blocked = 0;
        sink.cloned(clone.record(), origin(clone.outcome(), stack));
    }

    /** The ring's, which becomes readable with its first record. */
    int descriptor() {
        return ring.fd();
    }

    /** How many clones wait for their stacks. */
    int waiting() {
        return waiting.size();
    }

    /** How many stacks did not arrive although the program captured them. */
    long vanished() {
        return vanished;
    }

    private NativeOrigin origin(CaptureOutcome outcome, Optional<StackRecord> stack) {
        if (outcome.stack() == CaptureOutcome.Stack.UNWANTED) {
            return null;
        }
        long owner = table.owner(outcome.process());
        Optional<Layout> layout = isOf(owner, outcome) && outcome.needsLayout() ? layout(owner) : Optional.empty();
        if (!isOf(table.owner(outcome.process()), outcome)) {
            return without("the process has executed another program since");
        }
        long start = outcome.startRoutine();
        return switch (outcome.stack()) {
            case UNWANTED -> null;
            case HOTSPOT -> hotSpots(owner, start);
            case RING_FULL -> resolve(outcome, start, null).withoutStack("the ring of stacks was full");
            case UNDECIDED -> without("it is not known which threads of the process are the JVM's");
            case CAPTURED -> captured(outcome, start, stack);
            case CAPTURED_WITH_PTHREAD -> {
                start = stack.isEmpty() || layout.isEmpty()
                        ? UNKNOWN
                        : stack.get().startRoutine(layout.get().startRoutineOffset(), registers);
                yield capture.mode() == StackCapture.Mode.NATIVE
                                && layout.isPresent()
                                && layout.get().isHotSpots(start)
                        ? hotSpots(owner, start)
                        : captured(outcome, start, stack);
            }
        };
    }

    /** Whether the process is still what it was when the clone was made. */
    private static boolean isOf(long owner, CaptureOutcome outcome) {
        return LayoutTable.isOf(owner, outcome.process()) && LayoutTable.generation(owner) == outcome.generation();
    }

    private NativeOrigin captured(CaptureOutcome outcome, long start, Optional<StackRecord> stack) {
        if (stack.isEmpty()) {
            vanished++;
            return resolve(outcome, start, null).withoutStack("the copy of the stack did not arrive");
        }
        return resolve(outcome, start, stack.get().copy());
    }

    private NativeOrigin resolve(CaptureOutcome outcome, long start, StackCopy copy) {
        return capture.resolver().resolve(outcome.process(), start, copy);
    }

    private NativeOrigin hotSpots(long owner, long start) {
        KnownProcess process = known(owner);
        if (!process.hasHotSpots(start)) {
            process.hotSpots = capture.resolver().resolve((int) owner, start, null);
        }
        return process.hotSpots;
    }

    private static NativeOrigin without(String why) {
        NativeOrigin origin = new NativeOrigin();
        origin.fail(null, why);
        return origin;
    }

    private Optional<Layout> layout(long owner) {
        KnownProcess process = known(owner);
        if ((!process.learned || process.mayHaveLoadedJvm()) && learning++ < MOST_LEARNED) {
            learn(process);
        }
        return process.layout;
    }

    private void learn(KnownProcess process) {
        Optional<Layout> layout = layouts.apply((int) process.owner);
        if (table.owner((int) process.owner) == process.owner) {
            process.learned = true;
            process.learnedAt = System.nanoTime();
            process.layout = layout;
            layout.ifPresent(found -> table.publish(process.owner, found));
        }
        // Else it has executed another program meanwhile: whose layout this is can't be told.
    }

    private KnownProcess known(long owner) {
        int slot = (int) owner & LayoutTable.SLOTS - 1;
        KnownProcess known = processes[slot];
        if (known == null || known.owner != owner) {
            known = new KnownProcess(owner);
            processes[slot] = known;
            if (LayoutTable.generation(owner) > 1) {
                capture.resolver().replaced((int) owner);
            }
        }
        return known;
    }

    @Override
    public void close() {
        if (atExec != null) {
            atExec.close();
        }
        table.close();
        ring.close();
    }
}
