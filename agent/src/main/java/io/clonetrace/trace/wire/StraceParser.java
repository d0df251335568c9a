package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.PendingCalls.PendingCall;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Reads the output of strace(1), and reports each clone, clone3, fork and vfork, and the ends of tasks, to a
 * {@link CloneSink}. Accepts the output of {@code -f}, {@code -ff}, {@code -t}, {@code -tt}, {@code -ttt}, {@code -T},
 * {@code -r}, {@code -n}, {@code -i}, {@code -k}, {@code -y}, {@code -Y}, {@code -X}, {@code -o} and
 * {@code --seccomp-bpf}, with any other system calls traced as well. Our own tracer process writes the same format, so
 * this is also the wire format between it and the JVM.
 *
 * <p>No input makes it throw; its time grows with the input's length, and its memory is bounded: 64 KiB for a line, and
 * for a call printed in parts; for calls that have begun and not returned, 65,536 calls and 16 MiB of text in all,
 * beyond which the oldest is dropped. What does not reach the sink is counted in {@link #counts()}.
 *
 * <p>A call whose native frames the trace tells, by strace's {@code -k} or by a tracer of ours, is passed on at once,
 * with an origin that is complete, or is completed within a later {@link #feed}, or by {@link #end}. strace does not
 * announce them: the first call of its trace has an origin in any case.
 *
 * <p>Tids are as strace prints them: in strace's own pid namespace before the call, in the caller's in the call's
 * result. {@code -r} alone gives no clock. Called by one thread.
 */
public final class StraceParser {
    private static final String UNFINISHED = "<unfinished ...>";
    private static final String DETACHED = "<detached ...>";

    private final LineScanner scanner = new LineScanner(new Lines());
    private final CloneSink sink;
    private final int defaultTid;
    private final ClockReader clock;
    private final CallReader callReader = new CallReader();
    private final PendingCalls pending = new PendingCalls();
    private final TaskOrder order;
    private final ChainReader chains = new ChainReader();
    private Optional<Integer> interruptedTid = Optional.empty();
    private CloneCall held; // until the next call, or the end of what is fed
    private boolean last;
    private long lines;
    private long clones;
    private long failures;
    private long ignored;
    private long truncated;
    private long unresumed;
    private long lostByWriter;
    private OptionalLong writer = OptionalLong.empty();
    private boolean writerLocks;
    private OptionalLong clockOffset = OptionalLong.empty();

    /**
     * @param sink where records go, within {@link #feed} and {@link #end}
     * @param defaultTid tid for lines that carry none (strace without {@code -f}, or a file of {@code -ff}, whose name
     *     ends with it); {@link CloneCall#UNKNOWN} if it is not known
     * @param reference a moment near the beginning of the trace, in strace's time zone, requested at the first time of
     *     day ({@code -t}, {@code -tt}), which is taken as the moment nearest to it; later ones are taken as the moment
     *     nearest to the latest line's
     */
    public StraceParser(CloneSink sink, int defaultTid, Supplier<ZonedDateTime> reference) {
        this.sink = sink;
        this.defaultTid = defaultTid;
        clock = new ClockReader(reference);
        order = new TaskOrder(sink);
    }

    /**
     * Reads the next bytes of the trace, which may begin and end anywhere.
     *
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public void feed(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        scanner.feed(bytes, offset, length);
        passOnHeld();
    }

    /**
     * The trace has ended. A last line without a newline is read if it is whole, which means that no number or name in
     * it can be cut short. Calls that have not returned are given up.
     */
    public void end() {
        if (scanner.hasRest()) {
            last = true;
            line(scanner.rest());
            last = false;
        }
        passOnHeld();
        chains.fail();
        pending.dropAll();
        order.release();
    }

    /** Whether the process that writes the trace keeps its pipe locked ({@code # writer-lock}). */
    public boolean writerLocks() {
        return writerLocks;
    }

    /** The pid of the process that writes the trace, if the trace has it ({@code # writer: PID}). */
    public OptionalLong writer() {
        return writer;
    }

    /** The counts of the lines read so far. */
    public LineCounts counts() {
        return new LineCounts(lines, clones, failures, ignored, truncated, unresumed + pending.dropped(), lostByWriter);
    }

    private final class Lines implements LineScanner.Lines {
        @Override
        public void line(String line) {
            StraceParser.this.line(line);
        }

        @Override
        public void overlong(String beginning) {
            StraceParser.this.overlong(beginning);
        }
    }

    private void line(String line) {
        lines++;
        if (line.startsWith(FrameLine.START)) {
            frame(line);
            return;
        }
        Optional<WireHeader> header = last ? Optional.empty() : WireHeader.parse(line);
        if (header.isPresent()) {
            header(header.get());
            return;
        }
        chains.end();
        passOnHeld();
        if (continuesInterrupted(line)) {
            return;
        }
        LineLeader leader = LineLeader.of(line, clock);
        LineBody body = LineBody.at(line, leader.end()).orElse(null);
        if (body instanceof LineBody.Call call) {
            interruptedTid = Optional.empty();
            called(leader, call, line);
        } else if (body instanceof LineBody.Exit exit) {
            exited(leader, exit);
        } else if (body instanceof LineBody.NewTask newTask) {
            whole(null, leader.tid(), leader.observedAt(), line, newTask.textStart());
        } else {
            passOver();
        }
    }

    private void frame(String line) {
        if (last) {
            chains.cutOff();
        } else {
            chains.frame(line);
        }
        ignored += chains.isAwaited() ? 0 : 1;
    }

    private void overlong(String beginning) {
        lines++;
        if (beginning.startsWith(FrameLine.START)) {
            frame(beginning);
            return;
        }
        chains.end();
        passOnHeld();
        LineLeader leader = LineLeader.of(beginning, clock);
        LineBody body = LineBody.at(beginning, leader.end()).orElse(null);
        if (continues(beginning)) {
            takeInterrupted().ifPresentOrElse(half -> truncated++, this::passOver);
        } else if (body instanceof LineBody.Call call) {
            interruptedTid = Optional.empty();
            if (call.resumed()) {
                takeBeginning(leader.tid(), call.syscall());
            }
            truncated++;
        } else if (body instanceof LineBody.NewTask) {
            truncated++;
        } else {
            passOver();
        }
        releaseIfNonePending();
    }

    private void header(WireHeader header) {
        if (header instanceof WireHeader.Origin origin) {
            chains.origin(origin);
        } else if (header instanceof WireHeader.Stacks stacks) {
            chains.header(stacks);
        } else if (header instanceof WireHeader.Source source) {
            passOnHeld();
            chains.writtenByUs();
            sink.source(source.name());
        } else if (header instanceof WireHeader.Lost lost) {
            lostByWriter = lost.records();
        } else if (header instanceof WireHeader.Writer process) {
            writer = OptionalLong.of(process.pid());
        } else if (header instanceof WireHeader.WriterLock) {
            writerLocks = true;
        } else if (header instanceof WireHeader.Clock offset) {
            clockOffset = OptionalLong.of(offset.offset());
        }
    }

    /** The call, with the kernel's time if the trace says how the clocks relate. */
    private CloneCall timed(CloneCall call) {
        return clockOffset.isEmpty() || call.observedAt() == CloneCall.UNKNOWN
                ? call
                : call.at(call.observedAt() - clockOffset.getAsLong());
    }

    private void passOver() {
        if (last) {
            truncated++;
        } else {
            ignored++;
        }
    }

    private void called(LineLeader leader, LineBody.Call call, String line) {
        if (!call.resumed()) {
            begun(leader.tid(), call.syscall(), leader.observedAt(), line, leader.end());
            return;
        }
        String rest = line.substring(call.textStart());
        Optional<PendingCall> beginning = takeBeginning(leader.tid(), call.syscall());
        if (beginning.isPresent()) {
            PendingCall half = beginning.get();
            int tid = leader.tid() == CloneCall.UNKNOWN ? half.tid() : leader.tid();
            if (fits(half, rest)) {
                whole(half.syscall(), tid, half.observedAt(), half.text() + rest, half.argumentsStart());
            } else {
                truncated++;
            }
        } else {
            whole(call.syscall(), leader.tid(), CloneCall.UNKNOWN, rest, 0);
        }
        releaseIfNonePending();
    }

    /**
     * On stderr strace names the task only while there are several, so one half of a call may name it and the other
     * not.
     */
    private Optional<PendingCall> takeBeginning(int tid, CloneSyscall syscall) {
        return pending.take(tid, syscall)
                .or(() -> tid == CloneCall.UNKNOWN
                        ? pending.takeLatest(syscall)
                        : pending.take(CloneCall.UNKNOWN, syscall));
    }

    /** @param start where the call begins in the text */
    private void begun(int tid, CloneSyscall syscall, long observedAt, String text, int start) {
        int attached = AttachMessage.start(text);
        if (text.endsWith(UNFINISHED)) {
            String half =
                    text.substring(start, text.length() - UNFINISHED.length()).stripTrailing();
            pending.put(new PendingCall(tid, syscall, observedAt, half));
        } else if (attached >= start) {
            pending.put(new PendingCall(tid, syscall, observedAt, text.substring(start, attached)));
            interruptedTid = Optional.of(tid);
        } else if (text.endsWith(DETACHED)) {
            unresumed++;
        } else {
            whole(syscall, tid, observedAt, text, start + syscall.syscallName().length() + 1);
        }
    }

    /** Reads the rest of a call that strace's message about the new task interrupted. */
    private boolean continuesInterrupted(String line) {
        if (!continues(line)) {
            return false;
        }
        Optional<PendingCall> beginning = takeInterrupted();
        beginning.ifPresent(half -> {
            if (fits(half, line)) {
                begun(half.tid(), half.syscall(), half.observedAt(), half.text() + line, 0);
            } else {
                truncated++;
            }
        });
        releaseIfNonePending();
        return beginning.isPresent();
    }

    private boolean continues(String line) {
        return interruptedTid.isPresent()
                && (line.startsWith(" <") || line.startsWith(" => ") || line.startsWith(")") || line.startsWith(", "));
    }

    private Optional<PendingCall> takeInterrupted() {
        Optional<PendingCall> beginning = pending.take(interruptedTid.get());
        interruptedTid = Optional.empty();
        return beginning;
    }

    /** A call may be printed in any number of parts: without a bound, each part would copy all those before it. */
    private static boolean fits(PendingCall half, String rest) {
        return half.text().length() + rest.length() <= LineScanner.LONGEST;
    }

    private void whole(CloneSyscall syscall, int tid, long observedAt, String text, int argumentsStart) {
        int parentTid = tid == CloneCall.UNKNOWN ? defaultTid : tid;
        CallReader.Reading reading = callReader.read(syscall, parentTid, observedAt, text, argumentsStart);
        if (last && !reading.whole()) {
            truncated++;
            return;
        }
        switch (reading.outcome()) {
            case CLONED -> clones++;
            case FAILED -> failures++;
            case RESTARTED, NOTHING_MADE -> ignored++;
            case NEVER_RETURNED -> unresumed++;
            case UNREADABLE -> truncated++;
        }
        reading.call().map(this::timed).map(chains::expecting).ifPresent(this::passOn);
    }

    /** The line of an origin mostly follows at once: with it, nothing has to be looked for. */
    private void passOn(CloneCall call) {
        if (chains.isAnnounced(call)) {
            held = call;
        } else {
            order.cloned(call);
        }
    }

    private void passOnHeld() {
        if (held != null) {
            CloneCall call = held;
            held = null;
            order.cloned(call);
        }
    }

    private void exited(LineLeader leader, LineBody.Exit exit) {
        pending.drop(leader.tid());
        int gone = exit.supersededBy().orElse(leader.tid() == CloneCall.UNKNOWN ? defaultTid : leader.tid());
        if (LineLeader.isTid(gone)) {
            order.exited(gone, !pending.isEmpty());
        }
        releaseIfNonePending();
    }

    private void releaseIfNonePending() {
        if (pending.isEmpty()) {
            passOnHeld();
            order.release();
        }
    }
}
