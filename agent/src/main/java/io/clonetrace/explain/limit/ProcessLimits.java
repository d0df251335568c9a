package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/PID/limits} (proc_pid_limits(5)), with or without grep's prefix, and prlimit(1). */
final class ProcessLimits implements LimitForm {
    private static final String PROC = "/proc/PID/limits";
    private static final String PRLIMIT = "prlimit";

    private static final Pattern OF_PROC =
            Pattern.compile("(?:(\\S{0,100}/limits):)?Max (stack size|processes|address space|data size"
                    + "|cpu time|(?:core )?file size|resident set|open files|locked memory|file locks|pending signals"
                    + "|msgqueue size|nice priority|realtime priority|realtime timeout)\\s+"
                    + Amount.NUMBER + "\\s+" + Amount.NUMBER + "(?:\\s+[a-z]{2,10})?\\s*");

    private static final Pattern HEADER = Pattern.compile("Limit\\s+Soft Limit\\s+Hard Limit\\s+Units\\s*");

    private static final Pattern OF_PRLIMIT = Pattern.compile("(AS|DATA|NPROC|STACK)\\s+(?:address space limit"
            + "|max data size|max number of processes|max stack size)\\s+" + Amount.NUMBER + "\\s+" + Amount.NUMBER
            + "(?:\\s(?:bytes|processes))?\\s*");

    private static final Pattern OTHER_OF_PRLIMIT = Pattern.compile(
            "(?:CORE|CPU|FSIZE|LOCKS|MEMLOCK|MSGQUEUE|NICE|NOFILE|RSS|RTPRIO|RTTIME|SIGPENDING) {1,10}[a-zA-Z].{5,100}");

    private static final Map<String, LimitName> NAMES = Map.of(
            "stack size", LimitName.RLIMIT_STACK,
            "processes", LimitName.RLIMIT_NPROC,
            "address space", LimitName.RLIMIT_AS,
            "data size", LimitName.RLIMIT_DATA,
            "STACK", LimitName.RLIMIT_STACK,
            "NPROC", LimitName.RLIMIT_NPROC,
            "AS", LimitName.RLIMIT_AS,
            "DATA", LimitName.RLIMIT_DATA);

    private final LimitDocuments documents;

    ProcessLimits(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        int max = text.indexOf("Max ");
        if (max == 0 || max > 0 && text.charAt(max - 1) == ':') {
            return ofProc(text, line);
        }
        if (text.startsWith("Limit ") && HEADER.matcher(text).matches()) {
            documents.close(PROC);
            documents.of(PROC, line);
            return true;
        }
        return !text.isEmpty() && text.charAt(0) >= 'A' && text.charAt(0) <= 'S' && ofPrlimit(text, line);
    }

    private boolean ofProc(String text, TextLine line) {
        Matcher matcher = OF_PROC.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String form = matcher.group(1) == null ? PROC : matcher.group(1);
        LimitName name = NAMES.get(matcher.group(2));
        if (name == null) {
            documents.of(form, line).extend(line);
            return true;
        }
        documents.add(form, name, Amount.of(matcher.group(3), 1), Amount.of(matcher.group(4), 1), line);
        return true;
    }

    private boolean ofPrlimit(String text, TextLine line) {
        Matcher matcher = OF_PRLIMIT.matcher(text);
        if (!matcher.matches()) {
            return OTHER_OF_PRLIMIT.matcher(text).matches() && documents.extend(PRLIMIT, line);
        }
        LimitName name = NAMES.get(matcher.group(1));
        documents.add(PRLIMIT, name, Amount.of(matcher.group(2), 1), Amount.of(matcher.group(3), 1), line);
        return true;
    }
}
