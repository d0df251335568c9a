package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lines that begin with {@code #}, which strace doesn't write and our own tracers do: {@code # source: NAME}, the
 * source that really saw the clones; {@code # lost: N}, the clones that it could not tell of since the beginning;
 * {@code # writer: PID}, the process that writes the trace; {@code # clock: NANOS}, what CLOCK_REALTIME is ahead of
 * CLOCK_MONOTONIC in the lines that follow. Any other is no line of ours.
 */
final class WireHeaders {
    private static final String SOURCE = "# source: ";
    private static final String LOST = "# lost: ";
    private static final String WRITER = "# writer: ";
    private static final String CLOCK = "# clock: ";
    private static final int LONGEST_SOURCE_NAME = 64;

    private final CloneSink sink;
    private long lost;
    private OptionalLong writer = OptionalLong.empty();
    private OptionalLong clock = OptionalLong.empty();

    WireHeaders(CloneSink sink) {
        this.sink = sink;
    }

    /** Takes a line in; false if it is none of these. */
    boolean read(String line) {
        if (isSource(line)) {
            sink.source(line.substring(SOURCE.length()));
            return true;
        }
        Optional<Long> told = number(line, LOST);
        told.ifPresent(number -> lost = number);
        Optional<Long> pid = number(line, WRITER);
        pid.ifPresent(number -> writer = OptionalLong.of(number));
        Optional<Long> offset = number(line, CLOCK);
        offset.ifPresent(number -> clock = OptionalLong.of(number));
        return told.isPresent() || pid.isPresent() || offset.isPresent();
    }

    /** The clones that the trace's writer says it lost. */
    long lost() {
        return lost;
    }

    /** The pid of the process that writes the trace, if it said so. */
    OptionalLong writer() {
        return writer;
    }

    /** The call, with the kernel's time where the trace tells how the clocks lie. */
    CloneCall timed(CloneCall call) {
        return clock.isEmpty() || call.observedAt() == CloneCall.UNKNOWN
                ? call
                : call.at(call.observedAt() - clock.getAsLong());
    }

    /** The tracer's name goes into the recording: one printable word, or it isn't a name. */
    private static boolean isSource(String line) {
        return line.startsWith(SOURCE)
                && line.length() > SOURCE.length()
                && line.length() <= SOURCE.length() + LONGEST_SOURCE_NAME
                && line.chars().skip(SOURCE.length()).allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static Optional<Long> number(String line, String name) {
        long number = line.startsWith(name) ? Numbers.argument(line.substring(name.length())) : -1;
        return number < 0 ? Optional.empty() : Optional.of(number);
    }
}
