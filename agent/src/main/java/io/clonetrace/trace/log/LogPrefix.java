package io.clonetrace.trace.log;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What programs and people put before each line of a log. Only these are taken away; a line after others is not read.
 */
final class LogPrefix {
    /** So much of a line is looked at for each. */
    private static final int LONGEST = 300;

    private static final String TIME_OF_DAY = "\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?";
    private static final String DATE_AND_TIME = "\\d{4}-\\d\\d-\\d\\d[T ]" + TIME_OF_DAY + "(?:Z|[+-]\\d\\d:?\\d\\d)?";
    private static final String SYSLOG_TIME = "[A-Z][a-z]{2} [ \\d]\\d " + TIME_OF_DAY;

    private static final List<Pattern> PREFIXES = List.of(
            // cat -n, nl, less -N
            Pattern.compile(" *\\d{1,9}\\t"),
            Pattern.compile("\\s+"),
            // syslog and journalctl, with the host and the program
            Pattern.compile("(?:" + SYSLOG_TIME + "|" + DATE_AND_TIME
                    + ") [\\w.-]{1,64} [\\w./@-]{1,64}(?:\\[\\d{1,10}\\])?: "),
            // CRI and kubectl; GitLab; GitHub's actions, docker logs -t
            Pattern.compile(DATE_AND_TIME + " std(?:out|err) [FP] "),
            Pattern.compile(DATE_AND_TIME + " \\d\\d[OE][ +]?"),
            Pattern.compile(DATE_AND_TIME + "\\s+"),
            // ts of moreutils
            Pattern.compile(SYSLOG_TIME + " "),
            // logcat, in its forms threadtime and brief
            Pattern.compile("\\d\\d-\\d\\d " + TIME_OF_DAY + " +\\d{1,7} +\\d{1,7} [VDIWEF] [^:]{1,60}: "),
            Pattern.compile("[VDIWEF]/[^(]{1,60}\\( *\\d{1,7}\\): "),
            // Jenkins, Maven, kubectl --prefix, dmesg: in brackets, but for what strace puts in brackets
            Pattern.compile("\\[[\\d:.,TZ +/-]*[:TZ][\\d:.,TZ +/-]*\\] ?"),
            Pattern.compile("\\[ *\\d{1,9}\\.\\d{1,9}\\] "),
            Pattern.compile("\\[(?!pid )[A-Za-z][^\\]\\s]{0,200}\\] ?"),
            // docker compose, foreman
            Pattern.compile("[\\w.-]{1,100} *\\| ?"),
            // grep -n, and the lines around a match; grep -H
            Pattern.compile("\\d{1,10}[:-](?=\\D|\\d+[ <]|" + TIME_OF_DAY + ")"),
            Pattern.compile("[^\\s:\"'(){}<>=,|]{1,255}:(?:\\d{1,10}:)? ?"),
            Pattern.compile("[^\\s:\"'(){}<>=,|]{1,255}-\\d{1,10}-"),
            // a quotation, a comment, a patch, a list, a tree, a string
            Pattern.compile("(?:>+|\\|+|//+|/\\*|#+|\\*+|;+|--|[+`'\"\\\\-])"),
            // a time of day before another prefix
            Pattern.compile(TIME_OF_DAY + " "));

    private static final Pattern CLOCK = Pattern.compile(TIME_OF_DAY + "[ .]");

    private final List<Matcher> matchers =
            PREFIXES.stream().map(pattern -> pattern.matcher("")).toList();
    private final Matcher clock = CLOCK.matcher("");

    /** Where the first prefix of this part of the line ends; the same place if there is none that is known. */
    int end(String line, int start) {
        int limit = Math.min(line.length(), start + LONGEST);
        boolean time = clock.reset(line).region(start, limit).lookingAt();
        for (int i = 0; i < matchers.size(); i++) {
            // 12:00:01 is no 12: of grep.
            if (time && i < matchers.size() - 1) {
                continue;
            }
            Matcher prefix = matchers.get(i);
            if (prefix.reset(line).region(start, limit).lookingAt() && prefix.end() > start) {
                return prefix.end();
            }
        }
        return start;
    }
}
