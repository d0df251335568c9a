package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code perf trace}: {@code 0.012 ( 0.034 ms): java/4100 clone(clone_flags: VM|FS|...) = 4101 (java)}. Of clone3 it
 * prints the address of the arguments only.
 */
final class PerfTraceLog implements TraceLogReader.ObserverLog {
    private static final String CALLS = "(clone3?|v?fork)";
    private static final Pattern CALL = Pattern.compile(
            "\\( *(?:[\\d.]{1,20} ms)? *\\): (?:.{0,64}?[/ ](\\d{1,10}) +)?" + "(\\.\\.\\. \\[continued\\]: )?" + CALLS
                    + "\\((.{0,2000}?)\\)(?:\\) *|\\s*)(?:= (-?\\d{1,18})?(?: ([A-Z][A-Z0-9]+) )?|\\.\\.\\.|$)");

    private static final Pattern FLAGS = Pattern.compile("(?:clone_flags|flags): ([^,]{1,1000})");
    private static final Pattern STACK = Pattern.compile("newsp: (0x[0-9a-f]{1,16})");

    private final TraceLogReader log;
    private final OpenCalls<CloneCall.Builder> open = new OpenCalls<>();

    PerfTraceLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        int start = text.indexOf("): ");
        if (start < 0) {
            return false;
        }
        int from = Math.max(0, text.lastIndexOf('(', start));
        Matcher line = CALL.matcher(text).region(from, text.length());
        if (!line.lookingAt()) {
            return false;
        }
        log.wroteBy(LogKind.PERF_TRACE);
        int tid = line.group(1) == null ? CloneCall.UNKNOWN : Tids.of(line.group(1));
        CloneSyscall syscall = CloneSyscall.named(line.group(3)).orElseThrow();
        boolean continued = line.group(2) != null;
        String result = line.group(5);
        if (continued && (result == null || result.equals("0"))) {
            // The child's own return, for which perf saw no entry.
            return true;
        }
        Optional<CloneCall.Builder> begun = open.end(tid);
        CloneCall.Builder call =
                continued && begun.isPresent() ? begun.get() : built(syscall, tid, continued ? "" : line.group(4));
        if (result == null && line.group().endsWith("...")) {
            open.begin(tid, call);
        } else if (result == null) {
            log.notRead(raw);
        } else {
            ended(call, Long.parseLong(result), line.group(6));
        }
        return true;
    }

    @Override
    public long open() {
        return open.unended();
    }

    private void ended(CloneCall.Builder call, long result, String error) {
        if (result > 0) {
            log.call(call.made(Tids.of(result)).build(), LogKind.PERF_TRACE);
        } else if (result < 0 && !CallText.isRestart(-result)) {
            log.call(
                    call.failed(error == null ? CallText.errno((int) -result) : error)
                            .build(),
                    LogKind.PERF_TRACE);
        }
    }

    private static CloneCall.Builder built(CloneSyscall syscall, int tid, String arguments) {
        CloneCall.Builder call = CloneCall.builder(syscall, tid);
        Matcher flags = FLAGS.matcher(arguments);
        if (syscall == CloneSyscall.CLONE && flags.find()) {
            FlagsText read = FlagsText.of(flags.group(1));
            call.flags(read.flags()).exitSignal(read.exitSignal());
        }
        Matcher stack = STACK.matcher(arguments);
        return stack.find() ? call.stack(Long.parseUnsignedLong(stack.group(1).substring(2), 16)) : call;
    }
}
