package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Reads what strace(1) prints, and tells a {@link CloneSink} of each clone, clone3, fork and vfork, and of the tasks'
 * ends. Takes the forms of {@code -f}, {@code -ff}, {@code -t}, {@code -tt}, {@code -ttt}, {@code -T}, {@code -r},
 * {@code -n}, {@code -i}, {@code -y}, {@code -Y}, {@code -X}, {@code -o} and {@code --seccomp-bpf}, with whatever
 * system calls were traced beside. Our own tracer process writes the same form, so this is also the wire between it and
 * the JVM.
 *
 * <p>No input makes it throw, its time grows with the input's length, and its memory is bounded: a line, and a call
 * that is printed in parts, at 64 KiB, the calls that have begun and not returned at 65,536 and at 16 MiB of text
 * together, of which the oldest goes first. What is not told to the sink is in {@link #counts()}.
 *
 * <p>Tids are as strace prints them: its own pid namespace's before the call, the caller's in the call's result.
 * {@code -r} alone gives no clock. Called by one thread.
 */
public final class StraceParser {
    private final LineReader reader;
    private final LineScanner scanner;

    /**
     * @param sink where records go, within {@link #feed} and {@link #end}
     * @param defaultTid tid for lines that carry none (strace without {@code -f}, or one file of {@code -ff}, whose
     *     name ends with it); {@link CloneCall#UNKNOWN} if that isn't known
     * @param reference a moment near the beginning of the trace, in strace's time zone, asked at the first time of day
     *     ({@code -t}, {@code -tt}): it is taken for the moment nearest to this one, and later ones for that nearest to
     *     the latest line
     */
    public StraceParser(CloneSink sink, int defaultTid, Supplier<ZonedDateTime> reference) {
        reader = new LineReader(sink, defaultTid, reference);
        scanner = new LineScanner(reader);
    }

    /**
     * Reads the next bytes of the trace, which may begin and end anywhere.
     *
     * @throws IndexOutOfBoundsException if there are no such bytes in the array
     */
    public void feed(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        scanner.feed(bytes, offset, length);
    }

    /**
     * The trace has ended. A last line without a newline is read if it is whole: if nothing can be missing from a
     * number or name in it. Calls that have not returned are given up.
     */
    public void end() {
        if (scanner.hasRest()) {
            reader.lastLine(scanner.rest());
        }
        reader.end();
    }

    /** The pid of the process that writes the trace, where it says so ({@code # writer: PID}). */
    public OptionalLong writer() {
        return reader.writer();
    }

    /** What became of the lines until now. */
    public LineCounts counts() {
        return reader.counts();
    }
}
