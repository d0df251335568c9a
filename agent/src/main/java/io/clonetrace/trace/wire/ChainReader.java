package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Completes the origins of calls from the lines about frames that follow them: those that strace prints with
 * {@code -k}, or our own, which {@link ChainWriter} wrote. Memory is bounded: what is too much makes an origin fail
 * with that reason.
 */
final class ChainReader {
    static final int MOST_CHAINS = 2048;

    /** In chars, of all chains. */
    static final int MOST_TEXT = 2 << 20;

    private static final int MOST_WAITING = 65_536;

    /** Of strace's -kk, too, which prints the file and the line of each frame. */
    private static final int MOST_FRAME_TEXT = 4 * CallChain.MOST_TEXT;

    /** Called from a frame further in, they are where a thread begins; _start is where a process does. */
    private static final Set<String> THREAD_BEGINNINGS = Set.of("clone", "__clone", "clone3", "__clone3");

    /**
     * What may be the name of the function that makes the call. strace with libunwind takes the symbol that lies
     * nearest before an address, even if that function has ended before: clone3 of a stripped glibc becomes __xmknodat.
     */
    private static final Set<String> CALLS = Set.of(
            "clone",
            "__clone",
            "clone3",
            "__clone3",
            "fork",
            "__fork",
            "__libc_fork",
            "_Fork",
            "vfork",
            "__vfork",
            "syscall");

    private static final int LONGEST_REASON = 200;

    private final Map<Long, ArrayDeque<NativeOrigin>> waiting = new LinkedHashMap<>();
    private final Map<Long, CallChain> chains = new LinkedHashMap<>();
    private final Map<Long, Integer> lengths = new LinkedHashMap<>();
    private final List<NativeFrame> frames = new ArrayList<>();
    private Optional<WireHeader.Stacks> stacks = Optional.empty();
    private boolean byStrace = true; // until a call of its trace has no frames
    private boolean printed; // frames, by strace
    private NativeOrigin open; // of the call whose frames strace prints
    private int waits;
    private int text;
    private int frameText;
    private String broken;

    /** Lines of ours will follow. */
    void header(WireHeader.Stacks header) {
        stacks = Optional.of(header);
    }

    private boolean isOurs() {
        return stacks.isPresent();
    }

    /** No frames will follow but those that a {@link WireHeader.Stacks} announces. */
    void writtenByUs() {
        byStrace = false;
    }

    /** The call with an origin that later lines complete, if such lines will or may come. */
    CloneCall expecting(CloneCall call) {
        if (stacks.isEmpty()) {
            return byStrace ? followed(call) : call;
        }
        if (!stacks.get().cover(call)) {
            return call;
        }
        NativeOrigin origin = new NativeOrigin();
        waiting.computeIfAbsent(key(call.parentTid(), call.childTid()), key -> new ArrayDeque<>(1))
                .add(origin);
        waits++;
        while (waits > MOST_WAITING) {
            fail(waiting.keySet().iterator().next(), "the lines of its frames did not come");
        }
        return call.from(origin);
    }

    /** Whether a line of ours about that call's origin will come. */
    boolean isAnnounced(CloneCall call) {
        return stacks.isPresent() && stacks.get().cover(call);
    }

    /** strace prints the frames at once, if it prints any. */
    private CloneCall followed(CloneCall call) {
        open = new NativeOrigin();
        return call.from(open);
    }

    /** A line that begins with {@link FrameLine#START}. */
    void frame(String line) {
        frameText += line.length();
        if (frameText > MOST_FRAME_TEXT || frames.size() > CallChain.MOST_FRAMES) {
            broken = "its frames are too many";
            return;
        }
        Optional<NativeFrame> frame = broken == null ? FrameLine.parse(line, isOurs()) : Optional.empty();
        if (frame.isPresent()) {
            boolean misnamed = !isOurs()
                    && frames.isEmpty()
                    && frame.get().function() != null
                    && !CALLS.contains(frame.get().function());
            frames.add(misnamed ? FrameLine.unnamed(line, frame.get()) : frame.get());
        } else if (broken == null) {
            broken = "strace says: " + FrameLine.cut(line.substring(FrameLine.START.length()), LONGEST_REASON);
        }
    }

    /** The last line of the trace is one about a frame, and may be cut off. */
    void cutOff() {
        broken = broken == null ? "the trace ends here" : broken;
    }

    /** Whether a call or a line of ours may need the frames. */
    boolean isAwaited() {
        return open != null || isOurs();
    }

    /** Another line than those of frames: strace has printed the last call's. */
    void end() {
        if (open != null) {
            NativeOrigin done = open;
            open = null;
            if (frames.isEmpty()) {
                byStrace = broken != null;
                // Without -k, no frames were wanted.
                String none = printed ? "strace printed no frames" : null;
                done.fail(null, broken == null ? none : broken);
            } else {
                printed = true;
                done.complete(null, stack(), CloneCall.UNKNOWN);
            }
        }
        forgetFrames();
    }

    /** Reads the line that ends our own lines about a call. */
    void origin(WireHeader.Origin line) {
        NativeOrigin origin = take(key(line.parentTid(), line.childTid()));
        CallChain chain;
        if (line.chain() == CloneCall.UNKNOWN) {
            chain = new CallChain(null, null, "the source captured no stack");
        } else if (line.text().isEmpty()) {
            chain = chains.getOrDefault(
                    line.chain(), new CallChain(null, null, "the lines that tell its frames are lost"));
        } else {
            chain = CallChain.parse(line.text(), frames);
            keep(line.chain(), chain, line.text().length() + frameText);
        }
        forgetFrames();
        if (origin != null) {
            chain.complete(origin, line.javaStackPointer());
        }
    }

    /** No more lines will come. */
    void fail() {
        end();
        while (!waiting.isEmpty()) {
            fail(waiting.keySet().iterator().next(), "the trace ended before its frames");
        }
    }

    private NativeStack stack() {
        // strace does not say whether it found the outermost frame, nor what code without a file is.
        NativeFrame last = frames.get(frames.size() - 1);
        boolean outermost = broken == null
                && last.function() != null
                && (last.function().equals("_start")
                        || frames.size() > 1 && THREAD_BEGINNINGS.contains(last.function()));
        return new NativeStack(
                frames,
                outermost ? NativeStack.End.OUTERMOST : NativeStack.End.BROKEN,
                outermost ? null : broken == null ? "strace found no caller of " + last : broken);
    }

    private void keep(long number, CallChain chain, int length) {
        chains.put(number, chain);
        Integer before = lengths.put(number, length);
        text += length - (before == null ? 0 : before);
        while (chains.size() > MOST_CHAINS || text > MOST_TEXT) {
            long eldest = chains.keySet().iterator().next();
            chains.remove(eldest);
            text -= lengths.remove(eldest);
        }
    }

    private NativeOrigin take(long key) {
        ArrayDeque<NativeOrigin> origins = waiting.get(key);
        if (origins == null) {
            return null;
        }
        waits--;
        NativeOrigin first = origins.poll();
        if (origins.isEmpty()) {
            waiting.remove(key);
        }
        return first;
    }

    private void fail(long key, String why) {
        take(key).fail(null, why);
    }

    private void forgetFrames() {
        frames.clear();
        frameText = 0;
        broken = null;
    }

    private static long key(int parentTid, int childTid) {
        return (long) parentTid << Integer.SIZE | childTid & 0xffff_ffffL;
    }
}
