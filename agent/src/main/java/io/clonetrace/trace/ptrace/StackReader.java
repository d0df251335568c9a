package io.clonetrace.trace.ptrace;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.RemoteMemory;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.StackCopy;
import io.clonetrace.unwind.ThreadLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Copies the stack of a task that stopped because it made another one. The task waits, so nothing is unwound here.
 * Where the new thread begins stands in its {@code struct pthread}, which glibc has filled before the call.
 */
final class StackReader {
    /** Reaches the JNI entry from all libraries tried; RocksDB, which opens a database, takes 10 KiB. */
    private static final int STACK = 16 << 10;

    private static final int MOST_PROCESSES = 1024;

    /** How often to look again for libjvm in a process that had none, or for glibc. */
    private static final int MOST_LOOKS = 64;

    private final Ptrace ptrace;
    private final StackCapture capture;
    private final RemoteMemory memory;

    /** Small: what is not read would be cleared each time. */
    private final RemoteMemory word;

    private final Map<Integer, Layout> layouts = new HashMap<>();

    /**
     * What was read.
     *
     * @param startRoutine the new thread's start routine, or -1
     * @param stack null for a thread of HotSpot's
     */
    record Captured(long startRoutine, StackCopy stack) {}

    StackReader(Ptrace ptrace, StackCapture capture) {
        this.ptrace = ptrace;
        this.capture = capture;
        memory = new RemoteMemory(isOn() ? STACK : Long.BYTES);
        word = new RemoteMemory(Long.BYTES);
    }

    /**
     * Before a task can be stopped: reads what a process that runs already has of glibc, or else loads the classes that
     * the first stop would wait for.
     */
    void prepare(OptionalInt process) {
        if (isOn() && process.isPresent()) {
            layout(process.getAsInt());
        } else if (isOn()) {
            ThreadLayout.of((int) ProcessHandle.current().pid());
        }
    }

    boolean isOn() {
        return capture.mode() != StackCapture.Mode.OFF;
    }

    /**
     * Reads from a task that is stopped in the call, and whose registers were read.
     *
     * @param known the new thread's start routine, if it was read with the call; else {@link CloneCall#UNKNOWN}
     * @return empty if nothing is to be captured for that call
     */
    Optional<Captured> read(int process, int tid, CloneCall call, long known) {
        boolean thread = call.has(CloneFlag.CLONE_THREAD);
        if (!isOn() || !thread && capture.mode() == StackCapture.Mode.NATIVE) {
            return Optional.empty();
        }
        Layout layout = thread && call.tls() != UNKNOWN ? layout(process) : null;
        long startRoutine = layout == null || known != UNKNOWN ? known : layout.startRoutine(tid, call.tls());
        boolean copied =
                capture.mode() == StackCapture.Mode.ALL || startRoutine == UNKNOWN || !layout.isHotSpot(startRoutine);
        return Optional.of(new Captured(startRoutine, copied ? copy(tid) : null));
    }

    /** Where that process's {@code struct pthread} holds the start routine; UNKNOWN if none is wanted, or known. */
    long startRoutineOffset(int process) {
        Layout layout = isOn() ? layouts.get(process) : null;
        return layout == null
                ? UNKNOWN
                : layout.known.map(ThreadLayout::startRoutineOffset).orElse((long) UNKNOWN);
    }

    /** Hands what was read to the unwinder; the task may run again. */
    NativeOrigin resolve(int process, Captured captured) {
        return capture.resolver().resolve(process, captured.startRoutine(), captured.stack());
    }

    /** The process has ended. */
    void forget(int process) {
        layouts.remove(process);
    }

    /** The process executes another program: what is known of its files holds for the copies taken before. */
    void replaced(int process) {
        forget(process);
        if (isOn()) {
            capture.resolver().replaced(process);
        }
    }

    void close() {
        word.close();
        memory.close();
    }

    private StackCopy copy(int tid) {
        byte[] stack = new byte[STACK];
        int length = memory.readUpTo(tid, ptrace.stackPointer(), stack);
        return new StackCopy(ptrace.dwarfRegisters(), length == STACK ? stack : Arrays.copyOf(stack, length), length);
    }

    private Layout layout(int process) {
        if (layouts.size() > MOST_PROCESSES) {
            layouts.clear();
        }
        return layouts.computeIfAbsent(process, Layout::new);
    }

    /** Where a process's threads keep their start routine, and which are HotSpot's. */
    private final class Layout {
        private final int process;
        private final Set<Long> foreign = new HashSet<>();
        private Optional<ThreadLayout> known;
        private int looks;

        Layout(int process) {
            this.process = process;
            look();
        }

        long startRoutine(int tid, long tls) {
            if (known.isEmpty()) {
                look();
            }
            return known.isPresent() && word.read(tid, tls + known.get().startRoutineOffset(), Long.BYTES)
                    ? word.longAt(0)
                    : UNKNOWN;
        }

        /** libjvm may have been loaded since: a start routine that is new is looked up again. */
        boolean isHotSpot(long startRoutine) {
            if (known.get().hotSpotEnd() == 0 && looks < MOST_LOOKS && foreign.add(startRoutine)) {
                look();
            }
            return known.isPresent()
                    && startRoutine >= known.get().hotSpotStart()
                    && startRoutine < known.get().hotSpotEnd();
        }

        private void look() {
            if (looks < MOST_LOOKS) {
                looks++;
                known = ThreadLayout.of(process);
            }
        }
    }
}
