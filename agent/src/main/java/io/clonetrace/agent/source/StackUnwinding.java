package io.clonetrace.agent.source;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.OriginResolver;
import io.clonetrace.unwind.StackCopy;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * The thread that unwinds the stacks which the source copied. It is made for the first one; whatever fails here costs
 * no clone, and its origin says so. Confined to the session's thread, but for the unwinding itself.
 */
public final class StackUnwinding implements OriginResolver {
    private final StackCapture.Mode mode;
    private final BooleanSupplier recorded;
    private final LongPredicate isHotSpots;
    private final Supplier<String> room;
    private final Function<ThreadFactory, OriginResolver> maker;
    private final Runnable lowerPriority;
    private final SuppressedFailures suppressed;
    private OriginResolver unwinder;
    private boolean closed;

    /**
     * @param mode for which tasks stacks are wanted
     * @param recorded whether anything records clones now
     * @param isHotSpots whether HotSpot starts its threads in the function at an address of this process
     * @param room why there is no room for another thread; null if there is
     * @param maker makes the unwinder, which asks the factory for its thread, and again later if it throws
     * @param lowerPriority makes the calling thread yield to others
     */
    public StackUnwinding(
            StackCapture.Mode mode,
            BooleanSupplier recorded,
            LongPredicate isHotSpots,
            Supplier<String> room,
            Function<ThreadFactory, OriginResolver> maker,
            Runnable lowerPriority,
            SuppressedFailures suppressed) {
        this.mode = mode;
        this.recorded = recorded;
        this.isHotSpots = isHotSpots;
        this.room = room;
        this.maker = maker;
        this.lowerPriority = lowerPriority;
        this.suppressed = suppressed;
    }

    /** What a source is to capture. */
    public StackCapture capture() {
        return mode == StackCapture.Mode.OFF ? StackCapture.OFF : new StackCapture(mode, this);
    }

    /** Loads what the first stack needs: unwinding it would otherwise begin when the native call is over. */
    void prepare() {
        try {
            if (isWanted()) {
                unwinder();
            }
        } catch (RuntimeException | Error failure) {
            suppressed.add(failure);
        }
    }

    @Override
    public NativeOrigin resolve(int pid, long startRoutine, StackCopy copy) {
        if (closed || !recorded.getAsBoolean()) {
            return missing(startRoutine, "nothing records it");
        }
        if (copy == null && isHotSpots.test(startRoutine)) {
            // All that there is to know; a JVM without native threads needs no unwinder.
            return missing(startRoutine, null);
        }
        try {
            NativeOrigin origin = unwinder().resolve(pid, startRoutine, copy);
            if (copy == null) {
                unwinder.hurry(0);
            }
            return origin;
        } catch (RuntimeException | Error failure) {
            suppressed.add(failure);
            return missing(startRoutine, failure.toString());
        }
    }

    @Override
    public void replaced(int pid) {
        if (unwinder != null) {
            unwinder.replaced(pid);
        }
    }

    /** Whether stacks are wanted. */
    boolean isWanted() {
        return mode != StackCapture.Mode.OFF;
    }

    /** Whether those of the JVM's own threads are wanted, too. */
    boolean wantsAll() {
        return mode == StackCapture.Mode.ALL;
    }

    @Override
    public void close() {
        closed = true;
        if (unwinder != null) {
            unwinder.close();
        }
    }

    private OriginResolver unwinder() {
        if (unwinder == null) {
            unwinder = maker.apply(this::thread);
        }
        return unwinder;
    }

    /** For a thread that can't be started, HotSpot would print a warning. */
    private Thread thread(Runnable work) {
        String full = room.get();
        if (full != null) {
            throw new IllegalStateException(full);
        }
        return new AgentThread("clonetrace unwinder", () -> {
            lowerPriority.run();
            work.run();
        });
    }

    private static NativeOrigin missing(long startRoutine, String why) {
        NativeOrigin origin = new NativeOrigin(startRoutine);
        origin.fail(null, why);
        return origin;
    }
}
