package io.clonetrace.run;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Fifo;
import io.clonetrace.trace.wire.ChainWriter;
import io.clonetrace.trace.wire.StraceLine;
import io.clonetrace.trace.wire.WireHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The lines for one JVM, on their way into the named pipe that its agent reads. What the pipe has no room for waits
 * here, within a budget that all pipes share: a JVM without the agent never reads.
 */
final class JvmPipe implements LineBudget.Holder {
    /** Calls whose frames are not known yet; each holds some 300 bytes. */
    private static final int MOST_UNKNOWN = 1 << 13;

    private static final String LATE = "its frames were not found in time";

    private final RunFolder folder;
    private final NamespacedPid process;
    private final Fifo fifo;
    private final LineBudget budget;
    private final ChainWriter chains;
    private final Deque<CloneCall> unknown = new ArrayDeque<>();
    private final Map<Class<? extends WireHeader>, WireHeader> latest = new LinkedHashMap<>();
    private final Map<Class<? extends WireHeader>, WireHeader> headers = new LinkedHashMap<>();
    private final Deque<Segment> waiting = new ArrayDeque<>();
    private int written; // of the first segment
    private long lost;
    private long toldLost;

    /** Whole lines. */
    private static final class Segment {
        private final byte[] bytes;
        private int length;
        private int clones;

        Segment(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    JvmPipe(RunFolder folder, NamespacedPid process, Fifo fifo, LineBudget budget, ChainWriter chains) {
        this.folder = folder;
        this.process = process;
        this.fifo = fifo;
        this.budget = budget;
        this.chains = chains;
        budget.join(this);
    }

    /**
     * Adds a line that must not be dropped: it waits for room, and is written before the next clone. A newer header of
     * the same kind replaces it.
     */
    void header(WireHeader header) {
        latest.put(header.getClass(), header);
        headers.put(header.getClass(), header);
    }

    /**
     * Adds the line of a clone, or counts it as lost if there is no room, or the source does not know its tids there.
     */
    void clone(CloneCall seen) {
        CloneCall call = process.inner() ? seen.inside().orElse(null) : seen;
        if (call == null || !append(StraceLine.precise(call) + "\n")) {
            lost++;
            return;
        }
        waiting.peekLast().clones++;
        if (chains.cover(call)) {
            unknown.add(call);
            tellChains();
        }
    }

    /** Adds the lines of the frames that have become known; each names its call, which may be some lines before. */
    private void tellChains() {
        while (!unknown.isEmpty() && (unknown.size() > MOST_UNKNOWN || ChainWriter.isKnown(unknown.peek()))) {
            for (String line : chains.lines(unknown.remove(), LATE)) {
                if (!append(line + "\n")) {
                    // The reader finds out that lines are missing by their number.
                    chains.forget();
                }
            }
        }
    }

    /** Adds the line of a task's end, or drops it if there is no room, or the tid is another one there. */
    void ended(int tid, long at) {
        if (!process.inner()) {
            append(StraceLine.ended(tid, at) + "\n");
        }
    }

    /** Reports losses not yet reported: this pipe's own, and those of the source. */
    void tellLost(long bySource) {
        if (lost + bySource != toldLost) {
            toldLost = lost + bySource;
            header(new WireHeader.Lost(toldLost));
        }
    }

    /** Writes as much as the pipe has room for. */
    void flush() throws LinuxException {
        if (!unknown.isEmpty()) {
            chains.hurry(0);
        }
        tellChains();
        if (!headers.isEmpty()) {
            append("");
        }
        int count = 1;
        while (!waiting.isEmpty() && count > 0) {
            Segment first = waiting.peekFirst();
            count = fifo.write(first.bytes, written, first.length - written);
            written += count;
            if (written == first.length) {
                waiting.removeFirst();
                budget.give(1);
                written = 0;
            }
        }
    }

    void close() {
        budget.give(waiting.size());
        waiting.clear();
        unknown.clear();
        budget.leave(this);
        fifo.close();
        folder.remove(process.pipe());
    }

    @Override
    public int held() {
        return waiting.size();
    }

    @Override
    public byte[] giveUp() {
        Segment last = waiting.removeLast();
        lost += last.clones;
        // The headers may have been in the discarded segment, and so may the frames that later lines would refer to.
        headers.putAll(latest);
        chains.forget();
        return last.bytes;
    }

    /** Appends a line after the waiting headers; returns false and changes nothing if there is no room. */
    private boolean append(String line) {
        StringBuilder text = new StringBuilder();
        headers.values().forEach(header -> text.append(header.line()).append('\n'));
        byte[] bytes = text.append(line).toString().getBytes(StandardCharsets.US_ASCII);
        Segment last = waiting.peekLast();
        if (last == null || last.length + bytes.length > LineBudget.SEGMENT) {
            byte[] memory = budget.take(this);
            if (memory == null) {
                return false;
            }
            last = new Segment(memory);
            waiting.addLast(last);
        }
        System.arraycopy(bytes, 0, last.bytes, last.length, bytes.length);
        last.length += bytes.length;
        headers.clear();
        return true;
    }
}
