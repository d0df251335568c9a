package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of {@code strace -c} and {@code -C}: only how often a system call was made, and how often it failed. */
final class SummaryLog implements TraceLogReader.ObserverLog {
    private static final Pattern HEADER = Pattern.compile("% time +seconds +usecs/call +calls +errors +syscall\\s*$");

    private static final Pattern ROW =
            Pattern.compile("[\\d.]+ +[\\d.]+ +\\d+ +(\\d{1,18})(?: +(\\d{1,18}))? +(\\w+)\\s*$");

    private static final int LONGEST = 400;

    private final TraceLogReader log;
    private boolean within;

    SummaryLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        if (text.indexOf("% time") >= 0 && HEADER.matcher(text).find()) {
            within = true;
            log.wroteBy(LogKind.STRACE_SUMMARY);
            return true;
        }
        if (!within || text.length() > LONGEST) {
            return false;
        }
        Matcher row = ROW.matcher(text);
        if (row.find()) {
            Optional<CloneSyscall> syscall = CloneSyscall.named(row.group(3));
            syscall.ifPresent(call -> log.total(
                    call, Long.parseLong(row.group(1)), row.group(2) == null ? 0 : Long.parseLong(row.group(2))));
            within = !row.group(3).equals("total");
            return true;
        }
        within = text.contains("-----");
        return within;
    }
}
