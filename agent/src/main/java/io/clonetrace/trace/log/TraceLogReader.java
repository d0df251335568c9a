package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.trace.log.TraceLogCounts.UnreadLine;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a log of clone, clone3, fork and vfork, line by line, whichever program wrote it and however it was saved or
 * posted: see {@link LogKind}, {@link LogPrefix} and {@link LogLine}. What is not certain is not guessed: such a line
 * counts as not read.
 *
 * <p>No input makes it throw; its time grows with the input's length, and its memory is bounded. Called by one thread.
 */
public final class TraceLogReader {
    private static final int LONGEST_EXAMPLE = 200;

    private final TraceLogSink sink;
    private final StraceLog strace = new StraceLog(this);
    private final EventLog events = new EventLog(this);
    private final List<ObserverLog> observers = List.of(
            events,
            new AuditLog(this),
            new GvisorLog(this),
            new PerfTraceLog(this),
            new ValgrindLog(this),
            new SummaryLog(this));
    private final Set<LogKind> kinds = EnumSet.noneOf(LogKind.class);
    private long line;
    private long calls;
    private long withoutResult;
    private long notRead;
    private Optional<UnreadLine> firstNotRead = Optional.empty();

    /** Reads the lines of one program besides strace. */
    interface ObserverLog {
        /**
         * Reads a line.
         *
         * @param text as {@link LogLine} makes it
         * @param raw as it stands in the log
         * @return whether it is one of that program's
         */
        boolean read(String text, String raw);

        /** How many calls began and did not end so far. */
        default long open() {
            return 0;
        }
    }

    /** @param sink where calls go, within {@link #read} and {@link #end} */
    public TraceLogReader(TraceLogSink sink) {
        this.sink = sink;
    }

    /**
     * Reads the next line.
     *
     * @param raw without its end
     * @return whether it is one of such a log
     */
    public boolean read(String raw) {
        line++;
        String text = LogLine.of(raw);
        for (ObserverLog observer : observers) {
            if (observer.read(text, raw)) {
                return true;
            }
        }
        return strace.read(text, raw);
    }

    /** No more lines will come. */
    public void end() {
        strace.end();
        events.end();
    }

    /** What was read so far. */
    public TraceLogCounts counts() {
        long open = observers.stream().mapToLong(ObserverLog::open).sum();
        return new TraceLogCounts(
                line,
                Set.copyOf(kinds),
                calls,
                withoutResult,
                strace.unresumed() + open,
                strace.lost(),
                notRead,
                firstNotRead);
    }

    long line() {
        return line;
    }

    void call(CloneCall call, LogKind kind) {
        call(call, kind, line);
    }

    /** @param at the line that shows it */
    void call(CloneCall call, LogKind kind, long at) {
        wroteBy(kind);
        calls++;
        withoutResult += !call.failed() && call.childTid() == CloneCall.UNKNOWN ? 1 : 0;
        sink.call(call, kind, at);
    }

    void total(CloneSyscall syscall, long made, long errors) {
        wroteBy(LogKind.STRACE_SUMMARY);
        sink.total(syscall, made, errors, line);
    }

    void wroteBy(LogKind kind) {
        kinds.add(kind);
    }

    void notRead(String raw) {
        notRead(line, raw);
    }

    void notRead(long number, String raw) {
        notRead++;
        if (firstNotRead.isEmpty()) {
            String beginning = raw.length() > LONGEST_EXAMPLE ? raw.substring(0, LONGEST_EXAMPLE) + "..." : raw;
            firstNotRead = Optional.of(new UnreadLine(number, beginning));
        }
    }
}
