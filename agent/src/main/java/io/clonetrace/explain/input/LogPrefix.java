package io.clonetrace.explain.input;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what a log puts before each line of a program's output. */
final class LogPrefix {
    /** So much of a line is looked at. */
    private static final int LONGEST = 200;

    private static final String TIME =
            "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?";

    private static final List<Pattern> PREFIXES = List.of(
            // journalctl, syslog: Nov 29 08:39:30 host java[123]: ; with -o short-iso: 2026-11-29T08:39:30+0000 host
            // ...
            Pattern.compile("(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?|" + TIME
                    + ") [\\w.-]{1,64} [\\w./@-]{1,64}(?:\\[\\d{1,10}])?: ?"),
            // CRI, kubectl's log files: 2026-11-29T08:39:30.123456789Z stdout F; other collectors without the F
            Pattern.compile(TIME + " std(?:out|err) (?:[FP] )?"),
            // a quotation of mail or Markdown
            Pattern.compile("(?:> ){1,4}"),
            // docker compose: app-1  |
            Pattern.compile("[A-Za-z0-9][\\w.-]{0,63} *\\| ?"),
            // kubectl logs --prefix: [pod/app-1/main]
            Pattern.compile("\\[pod/[\\w./-]{1,150}] "),
            // GitHub's actions, kubectl logs --timestamps, docker logs -t: 2026-11-29T08:39:30.1234567Z
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6,9}Z "));

    private final List<Matcher> matchers =
            PREFIXES.stream().map(pattern -> pattern.matcher("")).toList();
    private Matcher last = matchers.get(0);

    /** Where the program's own text begins in the line; 0 if no prefix is known. */
    int end(String line) {
        if (line.isEmpty() || !isFirst(line.charAt(0))) {
            return 0;
        }
        int end = end(line, last);
        for (int i = 0; i < matchers.size() && end == 0; i++) {
            end = end(line, matchers.get(i));
        }
        return end;
    }

    private static boolean isFirst(char c) {
        return c == '[' || c == '>' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private int end(String line, Matcher prefix) {
        prefix.reset(line).region(0, Math.min(line.length(), LONGEST));
        if (!prefix.lookingAt()) {
            return 0;
        }
        last = prefix;
        return prefix.end();
    }
}
