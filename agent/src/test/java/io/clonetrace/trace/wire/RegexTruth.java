package io.clonetrace.trace.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A second, slow and simple reading of a whole trace by regular expressions, to compare the parser's with. */
record RegexTruth(String leader, String syscall, String arguments, String result) {
    private static final Pattern ATTACHED = Pattern.compile("(/usr/bin/)?strace: Process \\d+ attached\n");
    private static final Pattern BEGUN = Pattern.compile("(.*?)\\b(clone3?|v?fork)\\((.*?) ?<unfinished \\.\\.\\.>");
    private static final Pattern RESUMED = Pattern.compile("(.*?)<\\.\\.\\. (clone3?|v?fork) resumed>(.*)");
    private static final Pattern WHOLE =
            Pattern.compile("([^{}]*?)\\b(clone3?|v?fork)\\((.*)\\) +=((?: \\d+| -1 E[A-Z]+| \\? [A-Z]+| \\?).*)");

    /** All calls with a result, in the order of their results. */
    static List<RegexTruth> of(String trace) {
        List<String> lines =
                new ArrayList<>(List.of(ATTACHED.matcher(trace).replaceAll("").split("\n")));
        List<RegexTruth> calls = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher resumed = RESUMED.matcher(line);
            if (resumed.matches()) {
                line = beginning(lines, i, resumed.toMatchResult()) + resumed.group(3);
            }
            Matcher whole = WHOLE.matcher(line.contains("<unfinished") ? "" : line);
            if (whole.matches()) {
                calls.add(new RegexTruth(
                        whole.group(1),
                        whole.group(2),
                        whole.group(3),
                        whole.group(4).trim()));
            }
        }
        return calls;
    }

    /** The nearest line above that began such a call, of the same tid where both lines have one. */
    private static String beginning(List<String> lines, int resumedAt, MatchResult resumed) {
        for (int i = resumedAt - 1; i >= 0; i--) {
            Matcher begun = BEGUN.matcher(lines.get(i));
            if (begun.matches() && begun.group(2).equals(resumed.group(2))) {
                String tid = tid(begun.group(1));
                String resumedTid = tid(resumed.group(1));
                if (tid.isEmpty() || resumedTid.isEmpty() || tid.equals(resumedTid)) {
                    return (tid.isEmpty() ? resumedTid + " " : "") + begun.group(1) + begun.group(2) + "("
                            + begun.group(3);
                }
            }
        }
        return resumed.group(1) + resumed.group(2) + "(";
    }

    String tid() {
        return tid(leader);
    }

    /** The value behind {@code name=}, empty if it isn't there. */
    String argument(String name) {
        Matcher value = Pattern.compile("(?:^|[{ ])" + name + "=([^,})\\[]+)").matcher(arguments);
        return value.find() ? value.group(1) : "";
    }

    /** The clock's text, empty if the line has none. */
    String clock() {
        Matcher clock = Pattern.compile("\\b(\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?|\\d{10}(\\.\\d+)?) ")
                .matcher(leader);
        return clock.find() ? clock.group(1) : "";
    }

    private static String tid(String leader) {
        Matcher tid = Pattern.compile("^(?:\\[pid +)?(\\d{1,7})(?:<.*?>)?[] ]").matcher(leader);
        return tid.find() ? tid.group(1) : "";
    }
}
