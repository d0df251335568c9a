package io.clonetrace.trace.wire;

import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A line about the trace itself, between the lines about tasks. It begins with {@code #}, which no line of strace's
 * does; our tracers write it. A reader skips headers that it doesn't know, since the writer may be newer.
 */
public sealed interface WireHeader {
    /** The line, without a newline. */
    String line();

    /**
     * The source that really saw the clones.
     *
     * @param name one printable word, since it goes into the recording
     */
    record Source(String name) implements WireHeader {
        private static final String START = "# source: ";
        private static final int LONGEST = 64;

        /** @throws IllegalArgumentException if no reader would accept that name */
        public Source {
            if (!isName(name)) {
                throw new IllegalArgumentException("no name of a source: \"" + name + "\"");
            }
        }

        @Override
        public String line() {
            return START + name;
        }

        private static boolean isName(String text) {
            return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        }

        private static Optional<WireHeader> parse(String line) {
            return Optional.of(line)
                    .filter(text -> text.startsWith(START))
                    .map(text -> text.substring(START.length()))
                    .filter(Source::isName)
                    .map(Source::new);
        }
    }

    /** How many clone records the writer has failed to deliver since it started. */
    record Lost(long records) implements WireHeader {
        private static final String START = "# lost: ";

        @Override
        public String line() {
            return START + records;
        }
    }

    /** The process that writes the trace. */
    record Writer(long pid) implements WireHeader {
        private static final String START = "# writer: ";

        @Override
        public String line() {
            return START + pid;
        }
    }

    /**
     * How the times of the lines that follow relate to the kernel's clock.
     *
     * @param offset CLOCK_REALTIME minus CLOCK_MONOTONIC, in nanoseconds
     */
    record Clock(long offset) implements WireHeader {
        private static final String START = "# clock: ";

        @Override
        public String line() {
            return START + offset;
        }
    }

    /** Reads a line without its newline; empty if it is not a header of a known kind. Never throws. */
    static Optional<WireHeader> parse(String line) {
        return !line.startsWith("# ")
                ? Optional.empty()
                : Source.parse(line)
                        .or(() -> number(line, Lost.START, Lost::new))
                        .or(() -> number(line, Writer.START, Writer::new))
                        .or(() -> number(line, Clock.START, Clock::new));
    }

    private static Optional<WireHeader> number(String line, String start, LongFunction<WireHeader> header) {
        long number = line.startsWith(start) ? Numbers.argument(line.substring(start.length())) : -1;
        return number < 0 ? Optional.empty() : Optional.of(header.apply(number));
    }
}
