package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Valgrind's {@code --trace-syscalls=yes}: {@code SYSCALL[4100,1](56) sys_clone ( 3d0f00, 0x7f00, ... ) -->
 * [pre-success] Success(0x1005)}. The first number is the process, the second is Valgrind's own number of the thread.
 * It prints vfork as fork, which it makes of it.
 */
final class ValgrindLog implements TraceLogReader.ObserverLog {
    private static final Pattern CALL =
            Pattern.compile("SYSCALL\\[\\d{1,10},\\s*\\d{1,6}\\]\\( *\\d{1,4}\\) sys_(clone3?|v?fork) "
                    + "\\( ?([^()]{0,400})\\)\\s*(?:--> \\[[a-z-]+\\] (Success|Failure)\\(0x([0-9a-f]{1,16})\\)"
                    + "|.{0,40}process \\d{1,10} created child (\\d{1,10}))?");

    private final TraceLogReader log;

    ValgrindLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        int start = text.indexOf("SYSCALL[");
        if (start < 0) {
            return false;
        }
        log.wroteBy(LogKind.VALGRIND);
        Matcher line = CALL.matcher(text);
        boolean any = false;
        // Threads print into each other's lines.
        while (line.find()) {
            any = true;
            call(line, raw);
        }
        return any || text.startsWith("SYSCALL[", start);
    }

    private void call(Matcher line, String raw) {
        CloneSyscall syscall = CloneSyscall.named(line.group(1)).orElseThrow();
        CloneCall.Builder call = CloneCall.builder(syscall, CloneCall.UNKNOWN);
        if (syscall == CloneSyscall.CLONE) {
            String[] arguments = line.group(2).strip().split(", *");
            FlagsText flags = FlagsText.hexadecimal(arguments[0]);
            call.flags(flags.flags()).exitSignal(flags.exitSignal());
        }
        if (line.group(5) != null) {
            log.call(call.made(Tids.of(line.group(5))).build(), LogKind.VALGRIND);
        } else if (line.group(3) == null) {
            log.call(call.build(), LogKind.VALGRIND);
        } else {
            long value = Long.parseUnsignedLong(line.group(4), 16);
            if (line.group(3).equals("Failure")) {
                log.call(call.failed(CallText.errno((int) value)).build(), LogKind.VALGRIND);
            } else if (value > 0) {
                log.call(call.made(Tids.of(value)).build(), LogKind.VALGRIND);
            }
        }
    }
}
