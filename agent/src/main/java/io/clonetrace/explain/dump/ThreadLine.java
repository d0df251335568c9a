package io.clonetrace.explain.dump;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a thread in a dump that HotSpot or {@link java.lang.management.ThreadInfo} prints.
 *
 * @param form which of the forms it has
 * @param kind {@link ThreadKind#UNKNOWN} if only the next line tells it
 * @param name null if the form has none; hostile input
 * @param tid the kernel's number; {@link Document#UNKNOWN} if not stated
 * @param javaId {@link Document#UNKNOWN} if not stated
 * @param state in the line's words; null if not stated
 * @param identity what the line says of the thread that no other thread of the same JVM has
 */
record ThreadLine(Form form, ThreadKind kind, String name, long tid, long javaId, String state, String identity) {
    /** Which text the line is part of. */
    enum Form {
        PRINT("jstack, jcmd Thread.print or SIGQUIT"),
        DEBUGGER("jstack -F or jhsdb jstack"),
        INFO("java.lang.management's ThreadInfo");

        private final String label;

        Form(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /**
     * After the name (HotSpot's Thread::print_on and JavaThread::print_on). JDK 8 and later: the Java id, which only
     * threads with a {@code java.lang.Thread} have. JDK 19 and later: a decimal nid. JDK 21 and later: the tid in
     * brackets, and of a carrier, while it carries a virtual thread, no nid.
     */
    private static final Pattern PRINTED =
            Pattern.compile("\"\\s{1,4}(?:#(\\d{1,18})\\s{1,4})?(?:\\[(\\d{1,10})]\\s{1,4})?"
                    + "(?:daemon\\s)?((?:[a-z_]{1,20}=\\S{1,40}\\s{1,4}){0,10}?)tid=(0x\\p{XDigit}{1,16})"
                    + "(?:\\snid=(0x\\p{XDigit}{1,15}|\\d{1,18}|NA))?([^\\[]{0,80})(?:\\[.*)?");

    private static final Pattern INFO =
            Pattern.compile("\"\\s(?:daemon\\s)?(?:prio=\\d{1,2}\\s)?Id=(\\d{1,18})\\s([A-Z_]{3,20})(?:\\s.*)?");

    /** sun.jvm.hotspot.tools.StackTrace, up to JDK 8 without names. */
    private static final Pattern FORCED = Pattern.compile("Thread (\\d{1,10}): \\(state = (\\w{1,30})\\).*");

    /** The priorities have no {@code os_prio=} before JDK 8, and threads of the VM have a {@code prio=} only there. */
    private static final String BEFORE_JDK_8 = "prio=";

    /** The thread that the line begins; empty if it begins none. */
    static Optional<ThreadLine> of(String line) {
        int last = line.lastIndexOf('"');
        if (last >= 0) {
            return line.indexOf("id=", last) < 0 && line.indexOf("Id=", last) < 0
                    ? Optional.empty()
                    : printed(line, last).or(() -> info(line, last));
        }
        return line.startsWith("Thread ") ? forced(line) : Optional.empty();
    }

    private static Optional<ThreadLine> printed(String line, int lastQuote) {
        Matcher after = PRINTED.matcher(line).region(lastQuote, line.length());
        if (!after.matches()) {
            return Optional.empty();
        }
        boolean java = after.group(1) != null;
        boolean old = after.group(3).startsWith(BEFORE_JDK_8);
        String state = after.group(6).strip();
        return Optional.of(new ThreadLine(
                Form.PRINT,
                java ? ThreadKind.JAVA : old ? ThreadKind.UNKNOWN : ThreadKind.VM,
                name(line, lastQuote),
                after.group(5) == null ? tid(after.group(2)) : tid(after.group(5)),
                java ? Long.parseLong(after.group(1)) : Document.UNKNOWN,
                state.isEmpty() ? null : state,
                after.group(4)));
    }

    private static Optional<ThreadLine> info(String line, int lastQuote) {
        Matcher after = INFO.matcher(line).region(lastQuote, line.length());
        return after.matches()
                ? Optional.of(new ThreadLine(
                        Form.INFO,
                        ThreadKind.JAVA,
                        name(line, lastQuote),
                        Document.UNKNOWN,
                        Long.parseLong(after.group(1)),
                        after.group(2),
                        after.group(1)))
                : Optional.empty();
    }

    private static Optional<ThreadLine> forced(String line) {
        Matcher matcher = FORCED.matcher(line);
        return matcher.matches()
                ? Optional.of(new ThreadLine(
                        Form.DEBUGGER,
                        ThreadKind.JAVA,
                        null,
                        Long.parseLong(matcher.group(1)),
                        Document.UNKNOWN,
                        matcher.group(2),
                        matcher.group(1)))
                : Optional.empty();
    }

    /** What is between the quotation marks. A name with a line feed has left its beginning in an earlier line. */
    private static String name(String line, int lastQuote) {
        int first = line.indexOf('"');
        return line.substring(first == lastQuote ? 0 : first + 1, lastQuote);
    }

    private static long tid(String nid) {
        if (nid == null || nid.equals("NA")) {
            return Document.UNKNOWN;
        }
        return nid.startsWith("0x") ? Long.parseLong(nid.substring(2), 16) : Long.parseLong(nid);
    }
}
