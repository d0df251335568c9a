package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.trace.StackCapture;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
     * The process that writes the trace keeps the pipe locked (fcntl_locking(2)): it is in another pid namespace, where
     * its pid means nothing to the reader.
     */
    record WriterLock() implements WireHeader {
        private static final String LINE = "# writer-lock";

        @Override
        public String line() {
            return LINE;
        }

        private static Optional<WireHeader> parse(String line) {
            return line.equals(LINE) ? Optional.of(new WriterLock()) : Optional.empty();
        }
    }

    /**
     * The tids of the call of the line before in the caller's own pid namespace, where these are others.
     *
     * @param parentTid the caller, as in that line
     * @param parentInside the same in its namespace
     * @param childTid the new task, as in that line
     * @param childInside the same in that namespace
     */
    record Inside(int parentTid, int parentInside, int childTid, int childInside) implements WireHeader {
        private static final String START = "# inside: ";
        private static final Pattern LINE = Pattern.compile(START + "(\\d{1,9})=(\\d{1,9}) (\\d{1,9})=(\\d{1,9})");

        /** Empty if the call has the same tids there, or they are unknown, or it made no task. */
        static Optional<Inside> of(CloneCall call) {
            return call.inside()
                    .filter(inside -> !call.failed() && inside.parentTid() != call.parentTid())
                    .map(inside ->
                            new Inside(call.parentTid(), inside.parentTid(), call.childTid(), inside.childTid()));
        }

        @Override
        public String line() {
            return "# inside: " + parentTid + '=' + parentInside + ' ' + childTid + '=' + childInside;
        }

        private static Optional<WireHeader> parse(String line) {
            if (!line.startsWith(START)) {
                return Optional.empty();
            }
            Matcher tids = LINE.matcher(line);
            return tids.matches()
                    ? Optional.of(new Inside(tid(tids, 1), tid(tids, 2), tid(tids, 3), tid(tids, 4)))
                    : Optional.empty();
        }

        private static int tid(Matcher tids, int group) {
            return Integer.parseInt(tids.group(group));
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

    /**
     * The lines of clones are followed by those of the native call chains that made them.
     *
     * @param mode for which clones
     */
    record Stacks(StackCapture.Mode mode) implements WireHeader {
        private static final String START = "# stacks: ";

        @Override
        public String line() {
            return START + mode.name().toLowerCase(Locale.ROOT);
        }

        /** Whether an {@link Origin} follows that call's line. */
        boolean cover(CloneCall call) {
            return mode == StackCapture.Mode.ALL
                    || mode == StackCapture.Mode.NATIVE && call.has(CloneFlag.CLONE_THREAD);
        }

        private static Optional<WireHeader> parse(String line) {
            for (StackCapture.Mode mode : StackCapture.Mode.values()) {
                WireHeader header = new Stacks(mode);
                if (header.line().equals(line)) {
                    return Optional.of(header);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Where in native code a clone was made: follows the lines of its frames, some time after the clone's own line.
     *
     * @param parentTid the caller
     * @param childTid the new task; -1 if the call failed
     * @param javaStackPointer the stack pointer of the Java frame at which the frames end, or -1
     * @param chain the chain's number in this trace; -1 if the source captured nothing
     * @param text the chain, if it has not been written before: see {@link CallChain}; otherwise ""
     */
    record Origin(int parentTid, int childTid, long javaStackPointer, long chain, String text) implements WireHeader {
        private static final String START = "# origin: ";
        private static final String NONE = "-";
        private static final int WORDS = 4;

        @Override
        public String line() {
            return START
                    + parentTid
                    + ' '
                    + word(childTid, 10)
                    + ' '
                    + word(javaStackPointer, 16)
                    + ' '
                    + word(chain, 10)
                    + (text.isEmpty() ? "" : " " + text);
        }

        private static String word(long number, int radix) {
            return number == CloneCall.UNKNOWN
                    ? NONE
                    : (radix == 16 ? "0x" : "") + Long.toUnsignedString(number, radix);
        }

        private static Optional<WireHeader> parse(String line) {
            if (!line.startsWith(START)) {
                return Optional.empty();
            }
            String[] words = line.substring(START.length()).split(" ", WORDS + 1);
            if (words.length < WORDS) {
                return Optional.empty();
            }
            long parent = number(words[0]);
            long child = number(words[1]);
            long chain = number(words[3]);
            boolean readable = LineLeader.isTid(parent)
                    && (LineLeader.isTid(child) || words[1].equals(NONE))
                    && (chain >= 0 || words[3].equals(NONE));
            return readable
                    ? Optional.of(new Origin(
                            (int) parent,
                            (int) child,
                            number(words[2]),
                            chain,
                            words.length > WORDS ? words[WORDS] : ""))
                    : Optional.empty();
        }

        private static long number(String word) {
            return word.equals(NONE) ? CloneCall.UNKNOWN : Numbers.argument(word);
        }
    }

    /** Reads a line without its newline; empty if it is not a header of a known kind. Never throws. */
    static Optional<WireHeader> parse(String line) {
        return !line.startsWith("# ")
                ? Optional.empty()
                // The most frequent one first.
                : Origin.parse(line)
                        .or(() -> Source.parse(line))
                        .or(() -> number(line, Lost.START, Lost::new))
                        .or(() -> number(line, Writer.START, Writer::new))
                        .or(() -> WriterLock.parse(line))
                        .or(() -> Inside.parse(line))
                        .or(() -> number(line, Clock.START, Clock::new))
                        .or(() -> Stacks.parse(line));
    }

    private static Optional<WireHeader> number(String line, String start, LongFunction<WireHeader> header) {
        long number = line.startsWith(start) ? Numbers.argument(line.substring(start.length())) : -1;
        return number < 0 ? Optional.empty() : Optional.of(header.apply(number));
    }
}
