package io.clonetrace.it.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Output as a page shows it, compared with what a command printed: forms count, figures don't. */
public final class ShownOutput {
    /** Stands for what was left out, at the end of a line or in one of its own. */
    private static final Pattern LEFT_OUT = Pattern.compile("(?m)(?:^|\\s)\\.\\.\\.$");

    private ShownOutput() {}

    /** The parts between what is left out that were not printed, in this order; empty if all were. */
    public static List<String> missing(List<String> shown, String printed) {
        String form = form(printed);
        List<String> missing = new ArrayList<>();
        int from = 0;
        for (String part : LEFT_OUT.split(String.join("\n", shown))) {
            String wanted = form(part);
            int at = form.indexOf(wanted, from);
            if (at < 0) {
                missing.add(wanted);
            } else {
                from = at + wanted.length();
            }
        }
        return missing;
    }

    /**
     * Lines break where figures make them, and at the slashes of a long path; units and severities follow from figures,
     * and sources from the user.
     */
    static String form(String text) {
        return text.replaceAll("\\s+", " ")
                .replaceAll(" At this rate \\S+ [\\d,]+, is reached in \\S+ \\w+\\.", "")
                .replaceAll("(?:/ ?[^\\s/]+)+/ ?([^\\s/]+\\.jfr)", "$1")
                .replaceAll("\\b(?:ebpf|tracefs|ptrace|strace)\\b", "SOURCE")
                .replaceAll("\\b(?:problem|warning): ", "SEVERITY: ")
                .replaceAll("(?<![\\w$:.x])[+-]?\\d[\\d,.]*(?=\\s|[%;,.)]|$)(?: (?:[KMG]iB|B|ms|s|min|h)\\b)?", "#")
                .replaceAll("#[,.]", "#")
                .replaceAll("(?<=[a-z]:)\\d+\\b", "#")
                .strip();
    }
}
