package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.PendingCalls.PendingCall;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Decides what each line is, joins the halves of calls, and counts. */
final class LineReader implements LineScanner.Lines {
    private static final String UNFINISHED = "<unfinished ...>";
    /** What our own tracer writes of a task of which it doesn't know the system call that made it. */
    private static final String NEW_TASK = "task_newtask(";

    private static final String DETACHED = "<detached ...>";

    private final CloneSink sink;
    private final int defaultTid;
    private final ClockReader clock;
    private final CallReader callReader = new CallReader();
    private final PendingCalls pending = new PendingCalls();
    private final TaskOrder order;
    private Optional<Integer> interruptedTid = Optional.empty();
    private boolean last;
    private long lines;
    private long clones;
    private long failures;
    private long ignored;
    private long truncated;
    private long unresumed;
    private long lostByWriter;
    private OptionalLong writer = OptionalLong.empty();
    private OptionalLong clockOffset = OptionalLong.empty();

    LineReader(CloneSink sink, int defaultTid, Supplier<ZonedDateTime> reference) {
        this.sink = sink;
        this.defaultTid = defaultTid;
        clock = new ClockReader(reference);
        order = new TaskOrder(sink);
    }

    @Override
    public void line(String line) {
        lines++;
        if (continuesInterrupted(line)) {
            return;
        }
        LineLeader leader = LineLeader.of(line, clock);
        Optional<CallLine> call = CallLine.at(line, leader.end());
        Optional<ExitLine> exit = call.isPresent() ? Optional.empty() : ExitLine.at(line, leader.end());
        if (call.isPresent()) {
            interruptedTid = Optional.empty();
            called(leader, call.get(), line);
        } else if (exit.isPresent()) {
            exited(leader, exit.get());
        } else if (line.startsWith(NEW_TASK, leader.end())) {
            whole(null, leader.tid(), leader.observedAt(), line.substring(leader.end()), NEW_TASK.length());
        } else {
            Optional<WireHeader> header = last ? Optional.empty() : WireHeader.parse(line);
            header.ifPresentOrElse(this::header, this::passOver);
        }
    }

    private void header(WireHeader header) {
        if (header instanceof WireHeader.Source source) {
            sink.source(source.name());
        } else if (header instanceof WireHeader.Lost lost) {
            lostByWriter = lost.records();
        } else if (header instanceof WireHeader.Writer process) {
            writer = OptionalLong.of(process.pid());
        } else if (header instanceof WireHeader.Clock offset) {
            clockOffset = OptionalLong.of(offset.offset());
        }
    }

    /** The call, with the kernel's time where the trace says how the clocks relate. */
    private CloneCall timed(CloneCall call) {
        return clockOffset.isEmpty() || call.observedAt() == CloneCall.UNKNOWN
                ? call
                : call.at(call.observedAt() - clockOffset.getAsLong());
    }

    @Override
    public void overlong(String beginning) {
        lines++;
        LineLeader leader = LineLeader.of(beginning, clock);
        Optional<CallLine> call = CallLine.at(beginning, leader.end());
        if (continues(beginning)) {
            takeInterrupted().ifPresentOrElse(half -> truncated++, this::passOver);
        } else if (call.isPresent()) {
            interruptedTid = Optional.empty();
            if (call.get().resumed()) {
                takeBeginning(leader.tid(), call.get().syscall());
            }
            truncated++;
        } else if (beginning.startsWith(NEW_TASK, leader.end())) {
            truncated++;
        } else {
            passOver();
        }
        releaseIfNonePending();
    }

    /** The trace ended with these bytes after its last newline. */
    void lastLine(String line) {
        last = true;
        line(line);
        last = false;
    }

    /** The trace has ended: what hasn't returned won't. */
    void end() {
        pending.dropAll();
        order.release();
    }

    LineCounts counts() {
        return new LineCounts(lines, clones, failures, ignored, truncated, unresumed + pending.dropped(), lostByWriter);
    }

    OptionalLong writer() {
        return writer;
    }

    private void passOver() {
        if (last) {
            truncated++;
        } else {
            ignored++;
        }
    }

    private void called(LineLeader leader, CallLine call, String line) {
        if (!call.resumed()) {
            begun(leader.tid(), call.syscall(), leader.observedAt(), line.substring(leader.end()));
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
     * On stderr strace names the task only while there are several, so that one half of a call may name it and the
     * other not.
     */
    private Optional<PendingCall> takeBeginning(int tid, CloneSyscall syscall) {
        return pending.take(tid, syscall)
                .or(() -> tid == CloneCall.UNKNOWN
                        ? pending.takeLatest(syscall)
                        : pending.take(CloneCall.UNKNOWN, syscall));
    }

    private void begun(int tid, CloneSyscall syscall, long observedAt, String text) {
        int attached = AttachMessage.start(text);
        if (text.endsWith(UNFINISHED)) {
            String half = text.substring(0, text.length() - UNFINISHED.length()).stripTrailing();
            pending.put(new PendingCall(tid, syscall, observedAt, half));
        } else if (attached >= 0) {
            pending.put(new PendingCall(tid, syscall, observedAt, text.substring(0, attached)));
            interruptedTid = Optional.of(tid);
        } else if (text.endsWith(DETACHED)) {
            unresumed++;
        } else {
            whole(syscall, tid, observedAt, text, syscall.syscallName().length() + 1);
        }
    }

    /** The rest of a call that strace's message about the new task interrupted. */
    private boolean continuesInterrupted(String line) {
        if (!continues(line)) {
            return false;
        }
        Optional<PendingCall> beginning = takeInterrupted();
        beginning.ifPresent(half -> {
            if (fits(half, line)) {
                begun(half.tid(), half.syscall(), half.observedAt(), half.text() + line);
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

    /** A call may be printed in any number of parts: without a bound, each would be copied with all before it. */
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
        reading.call().map(this::timed).ifPresent(order::cloned);
    }

    private void exited(LineLeader leader, ExitLine exit) {
        pending.drop(leader.tid());
        int gone = exit.supersededBy().orElse(leader.tid() == CloneCall.UNKNOWN ? defaultTid : leader.tid());
        if (LineLeader.isTid(gone)) {
            order.exited(gone, !pending.isEmpty());
        }
        releaseIfNonePending();
    }

    private void releaseIfNonePending() {
        if (pending.isEmpty()) {
            order.release();
        }
    }
}
