package io.clonetrace.report.model;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java thread in a thread dump that JFR recorded, {@code jdk.ThreadDump}: the text of {@code jcmd PID Thread.print}.
 *
 * @param at when the dump was taken, in nanoseconds since the epoch
 * @param tid the kernel's id
 * @param cpu the CPU time that it had used by then, in nanoseconds; {@link Event#ABSENT} if not recorded
 * @param state as {@link Thread.State} has it, and why it waits: {@code TIMED_WAITING (sleeping)}; null if not recorded
 */
public record DumpedThread(long at, int tid, long cpu, String state) {
    private static final long NANOS_IN_CENTIMILLI = 10_000;

    /** HotSpot: Thread::print_on and JavaThread::print_on; from JDK 19 the nid is decimal. */
    private static final Pattern AFTER_NAME = Pattern.compile("\" #(\\d{1,18}) (?:\\[\\d+] )?(?:daemon )?prio=\\d+ "
            + "os_prio=-?\\d+ (?:cpu=(\\d{1,12})\\.(\\d\\d)ms )?(?:[a-z_]+=[\\d.]+[A-Za-z]* )*"
            + "tid=0x\\p{XDigit}+ nid=(?:0x(\\p{XDigit}{1,7})|(\\d{1,9})) .*");

    private static final String STATE = "   java.lang.Thread.State: ";

    /**
     * Adds the threads of a dump, each under its Java id. A name with a line feed in it may forge a line, so a caller
     * compares the tid, and nothing that matters may depend on it.
     */
    static void read(long at, String dump, Map<Long, DumpedThread> into) {
        Matcher afterName = AFTER_NAME.matcher("");
        for (int start = 0; start < dump.length(); ) {
            int end = end(dump, start);
            // The name is hostile, and what follows it has no quotation mark.
            int quote = dump.lastIndexOf('"', end - 1);
            boolean named = dump.charAt(start) == '"' && quote > start;
            start = end + 1;
            if (named && afterName.reset(dump).region(quote, end).matches()) {
                String state = start < dump.length() && dump.startsWith(STATE, start)
                        ? dump.substring(start + STATE.length(), end(dump, start))
                                .strip()
                        : null;
                into.merge(
                        Long.parseLong(afterName.group(1)),
                        new DumpedThread(at, tid(afterName), cpu(afterName), state),
                        (one, other) -> one.at > other.at ? one : other);
            }
        }
    }

    private static int end(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private static int tid(Matcher afterName) {
        return afterName.group(4) != null
                ? Integer.parseInt(afterName.group(4), 16)
                : Integer.parseInt(afterName.group(5));
    }

    private static long cpu(Matcher afterName) {
        return afterName.group(2) == null
                ? Event.ABSENT
                : Long.parseLong(afterName.group(2) + afterName.group(3)) * NANOS_IN_CENTIMILLI;
    }
}
