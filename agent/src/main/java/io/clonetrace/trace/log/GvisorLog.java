package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * gVisor's debug log with {@code -strace}: {@code [ 1: 1] java E clone(0x3d0f00, ...)} at the entry, {@code X} with the
 * result at the exit. Ids are those of the sandbox's pid namespace.
 */
final class GvisorLog implements TraceLogReader.ObserverLog {
    private static final Pattern CALL =
            Pattern.compile("\\[ *\\d{1,10}(?:\\( *\\d{1,10}\\))?: *(\\d{1,10})(?:\\( *\\d{1,10}\\))?\\] "
                    + ".{0,64}? ([EX]) (clone3?|v?fork)\\(([^()]{0,2000})\\)(?: = (.{0,400}))?$");

    private static final Pattern RESULT =
            Pattern.compile("(0x[0-9a-f]{1,16}|-?\\d{1,18})\\b(?:.*?\\berrno=(\\d{1,4})\\b)?");

    private final TraceLogReader log;
    private final OpenCalls<CloneSyscall> open = new OpenCalls<>();

    GvisorLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        int bracket = text.indexOf("strace.go:");
        if (bracket < 0) {
            return false;
        }
        Matcher line = CALL.matcher(text).region(bracket, text.length());
        log.wroteBy(LogKind.GVISOR);
        if (!line.find()) {
            return true;
        }
        int tid = Tids.of(line.group(1));
        CloneSyscall syscall = CloneSyscall.named(line.group(3)).orElseThrow();
        if (line.group(2).equals("E")) {
            open.begin(tid, syscall);
            return true;
        }
        open.end(tid);
        Matcher result = RESULT.matcher(line.group(5) == null ? "" : line.group(5));
        if (!result.lookingAt()) {
            log.notRead(raw);
            return true;
        }
        String[] arguments = line.group(4).split(", *");
        CloneCall.Builder call = CloneCall.builder(syscall, tid);
        if (syscall == CloneSyscall.CLONE) {
            FlagsText flags = FlagsText.of(arguments[0]);
            call.flags(flags.flags()).exitSignal(flags.exitSignal());
        }
        long number = Long.decode(result.group(1).length() > 17 ? "0x0" : result.group(1));
        if (result.group(2) != null && !result.group(2).equals("0")) {
            int errno = Integer.parseInt(result.group(2));
            if (!CallText.isRestart(errno)) {
                log.call(call.failed(CallText.errno(errno)).build(), LogKind.GVISOR);
            }
        } else if (number > 0) {
            log.call(call.made(Tids.of(number)).build(), LogKind.GVISOR);
        }
        return true;
    }

    @Override
    public long open() {
        return open.unended();
    }
}
