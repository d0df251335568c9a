package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.OriginResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines about the native call chains of one trace. A chain is written once, and then referred to by its number.
 * Used by one thread.
 */
public final class ChainWriter {
    /** Both bounds are half of the {@link ChainReader}'s, so that it knows every chain that a line refers to. */
    private static final int MOST_CHAINS = ChainReader.MOST_CHAINS / 2;

    private static final int MOST_TEXT = ChainReader.MOST_TEXT / 2;

    private final WireHeader.Stacks stacks;
    private final OriginResolver resolver;
    private final boolean eachTime;
    private final Map<CallChain, Long> written = new HashMap<>();
    private long next;
    private int text;

    /**
     * @param capture for which clones there are chains, and what finds them out
     * @param eachTime whether to write the frames after each clone, for people, and not only once
     */
    public ChainWriter(StackCapture capture, boolean eachTime) {
        stacks = new WireHeader.Stacks(capture.mode());
        resolver = capture.resolver();
        this.eachTime = eachTime;
    }

    /** The trace has to begin with it; there is none for a trace without chains. */
    public boolean hasHeader() {
        return stacks.mode() != StackCapture.Mode.OFF;
    }

    /** See {@link #hasHeader}. */
    public WireHeader header() {
        return stacks;
    }

    /** Whether {@link #lines} have to follow the line of that call. */
    public boolean cover(CloneCall call) {
        return stacks.cover(call);
    }

    /** Whether all is known that {@link #lines} would say. */
    public static boolean isKnown(CloneCall call) {
        return call.origin() == null || call.origin().isDone();
    }

    /**
     * Whether the call's reader should have it at once: what is outside the native frames it can find out only while
     * the creator is in the call. Where all stacks are captured, none is urgent.
     */
    boolean isUrgent(CloneCall call) {
        return stacks.mode() == StackCapture.Mode.NATIVE
                && call.origin() != null
                && call.origin().stackPointer() != CloneCall.UNKNOWN;
    }

    /** See {@link OriginResolver#hurry}. */
    public void hurry(long nanos) {
        if (hasHeader()) {
            resolver.hurry(nanos);
        }
    }

    /**
     * The lines about a call that is {@link #cover covered}, each without a newline and shorter than 16 KiB.
     *
     * @param unknown what to say if the chain is not {@link #isKnown known}
     */
    public List<String> lines(CloneCall call, String unknown) {
        NativeOrigin origin = call.origin();
        if (origin == null) {
            return List.of(origin(call, CloneCall.UNKNOWN, CloneCall.UNKNOWN, ""));
        }
        CallChain chain = origin.isDone() ? CallChain.of(origin) : new CallChain(origin.startRoutine(), null, unknown);
        Long before = eachTime ? null : written.get(chain);
        if (before != null) {
            return List.of(origin(call, origin.javaStackPointer(), before, ""));
        }
        CallChain.Lines lines = chain.lines();
        if (written.size() == MOST_CHAINS || text + lines.length() > MOST_TEXT) {
            forget();
        }
        if (!eachTime) {
            written.put(chain, next);
            text += lines.length();
        }
        List<String> all = new ArrayList<>(lines.frames());
        all.add(origin(call, origin.javaStackPointer(), next, lines.text()));
        next++;
        return all;
    }

    /** What was written may not have arrived: write it again when it is needed. */
    public void forget() {
        written.clear();
        text = 0;
    }

    private static String origin(CloneCall call, long javaStackPointer, long chain, String text) {
        // A call from which the addresses were removed must not reveal this one.
        long address = call.stack() == CloneCall.UNKNOWN ? CloneCall.UNKNOWN : javaStackPointer;
        return new WireHeader.Origin(call.parentTid(), call.childTid(), address, chain, text).line();
    }
}
