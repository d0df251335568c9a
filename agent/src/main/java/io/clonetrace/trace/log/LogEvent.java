package io.clonetrace.trace.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of strace, taken apart.
 *
 * @param leader the part before the call, as strace prints it into a file; empty if there is none
 * @param tid the task's id in it; empty for none
 * @param name of the call, {@code clone2} for that of ia64; empty if the line is about anything but a call that makes
 *     tasks
 * @param resumed whether it is the second half of a call
 * @param body from the call on
 * @param argumentsStart where in the body the arguments begin, or go on
 * @param prefixes how many prefixes stood before it
 */
record LogEvent(
        String leader, String tid, String name, boolean resumed, String body, int argumentsStart, int prefixes) {
    private static final int MOST_PREFIXES = 8;
    private static final int LONGEST_LEADER = 400;

    private static final String TID = "\\d{1,10}(?:<[^<>]{0,64}>)?";
    private static final Pattern LEADER = Pattern.compile("(?:\\[pid +(" + TID + ")\\] *|(" + TID + ") +)?"
            + "((?:(?:\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?|\\d{1,12}\\.\\d{1,9}|\\d{9,12}) +)?"
            + "(?:\\(\\+ *[\\d.]{1,30}\\) +)?(?:\\[[ 0-9a-f?]{1,32}\\] )*)"
            + "(?=[a-z_<+?-])"
            + "(?:(clone[23]?|v?fork|task_newtask)\\(|<\\.\\.\\. ?(clone[23]?|v?fork) resumed ?>"
            + "|(\\+\\+\\+ (?:exited with|killed by|superseded by)|[a-z_][a-z0-9_]{0,40}\\(|<\\.\\.\\. ?\\w{1,40} resumed"
            + "|--- SIG|--- stopped))");

    static Matcher matcher() {
        return LEADER.matcher("");
    }

    /** Finds the event behind known prefixes; empty if there is none. */
    static Optional<LogEvent> of(String line, LogPrefix prefix, Matcher leader) {
        int at = 0;
        for (int prefixes = 0; prefixes <= MOST_PREFIXES; prefixes++) {
            if (leader.reset(line)
                    .region(at, Math.min(line.length(), at + LONGEST_LEADER))
                    .lookingAt()) {
                return Optional.of(of(line, leader, prefixes));
            }
            int end = prefix.end(line, at);
            if (end == at) {
                break;
            }
            at = end;
        }
        return Optional.empty();
    }

    private static LogEvent of(String line, Matcher leader, int prefixes) {
        String tid = leader.group(1) == null ? leader.group(2) : leader.group(1);
        boolean resumed = leader.group(5) != null;
        String name = resumed ? leader.group(5) : leader.group(4);
        String body = line.substring(leader.end(3));
        return new LogEvent(
                (tid == null ? "" : tid + " ") + leader.group(3),
                tid == null ? "" : tid,
                name == null ? "" : name,
                resumed,
                body,
                leader.end() - leader.end(3),
                prefixes);
    }

    boolean makesTask() {
        return !name.isEmpty();
    }

    /** The task has ended. */
    boolean ends() {
        return body.startsWith("+++ ");
    }

    /** Takes as many prefixes from a line as the event's own line had. */
    String withoutPrefixes(String line, LogPrefix prefix) {
        int at = 0;
        for (int i = 0; i < prefixes; i++) {
            at = prefix.end(line, at);
        }
        return line.substring(at);
    }
}
