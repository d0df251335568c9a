package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code perf trace}: {@code 0.012 ( 0.034 ms): java/4100 clone(clone_flags: VM|FS|...) = 4101 (java)}, with {@code -s}
 * and in some versions without the time in parentheses. Of clone3 it prints the address of the arguments, from perf
 * 6.12 on, where it has BTF, the arguments: {@code uargs: (struct clone_args){.flags = (__u64)4001536,...}}, without
 * those that are 0.
 */
final class PerfTraceLog implements TraceLogReader.ObserverLog {
    private static final String CALLS = "(clone3?|v?fork)";
    private static final String TASK_AND_CALL = "(?:.{0,64}?[/ ](\\d{1,10}) +)?(\\.\\.\\. \\[continued\\]: )?" + CALLS;
    private static final String REST =
            "(.{0,2000}?)\\)(?:\\) *|\\s*)(?:= (-?\\d{1,18})?(?: ([A-Z][A-Z0-9]+) )?|\\.\\.\\.|$)";
    private static final Pattern CALL =
            Pattern.compile("\\( *(?:[\\d.]{1,20} ms)? *\\): " + TASK_AND_CALL + "\\(" + REST);

    /** The names of arguments tell it from strace. */
    private static final Pattern CALL_WITHOUT_DURATION = Pattern.compile("\\s*(?:\\d{1,12}\\.\\d{3}|\\?) +"
            + TASK_AND_CALL + "\\((?=clone_flags: |flags: |uargs: |\\)(?:\\)| +=))" + REST);

    private static final String CLONE_ARGS = "(struct clone_args){";
    private static final Pattern FIELD =
            Pattern.compile("\\.(flags|exit_signal|stack|stack_size|tls|child_tid) = (?:\\(\\w{1,20}\\))?(\\d{1,20})");

    private static final Pattern FLAGS = Pattern.compile("(?:clone_flags|flags): ([^,]{1,1000})");
    private static final Pattern STACK = Pattern.compile("newsp: (0x[0-9a-f]{1,16})");

    private final TraceLogReader log;
    private final OpenCalls<CloneCall.Builder> open = new OpenCalls<>();

    PerfTraceLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        Matcher line = call(text);
        if (line == null) {
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

    /** The call that the line shows; null for none. */
    private static Matcher call(String text) {
        int start = text.indexOf("): ");
        if (start >= 0) {
            int from = Math.max(0, text.lastIndexOf('(', start));
            Matcher line = CALL.matcher(text).region(from, text.length());
            if (line.lookingAt()) {
                return line;
            }
        }
        if (text.indexOf("clone") < 0 && text.indexOf("fork(") < 0) {
            return null;
        }
        Matcher line = CALL_WITHOUT_DURATION.matcher(text);
        return line.lookingAt() ? line : null;
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
        if (syscall == CloneSyscall.CLONE3 && arguments.contains(CLONE_ARGS)) {
            structure(call, arguments);
        }
        Matcher stack = STACK.matcher(arguments);
        return stack.find() ? call.stack(Long.parseUnsignedLong(stack.group(1).substring(2), 16)) : call;
    }

    private static void structure(CloneCall.Builder call, String arguments) {
        call.flags(0).exitSignal(0).stack(0).stackSize(0).tls(0).childTidAddress(0);
        Matcher field = FIELD.matcher(arguments);
        while (field.find()) {
            long value = number(field.group(2));
            switch (field.group(1)) {
                case "flags" -> call.flags(value);
                case "exit_signal" -> call.exitSignal((int) Math.min(value, Integer.MAX_VALUE));
                case "stack" -> call.stack(value);
                case "stack_size" -> call.stackSize(value);
                case "tls" -> call.tls(value);
                default -> call.childTidAddress(value);
            }
        }
    }

    private static long number(String digits) {
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException tooLarge) {
            return CloneCall.UNKNOWN;
        }
    }
}
