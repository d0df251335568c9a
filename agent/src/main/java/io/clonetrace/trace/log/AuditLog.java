package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records of the kernel's audit (auditd's log, ausearch with and without {@code -i}, the kernel's own log). They name
 * the process, not the thread, that made the call, and of clone3 they hold the address of its arguments only.
 */
final class AuditLog implements TraceLogReader.ObserverLog {
    /** Calls by number, by architecture (linux/audit.h: AUDIT_ARCH_*; the kernel's syscall tables). */
    private static final Map<String, Map<Integer, CloneSyscall>> CALLS = Map.of(
            "c000003e", calls(56, 57, 58), // x86-64
            "40000003", calls(120, 2, 190), // i386
            "40000028", calls(120, 2, 190), // arm
            "c00000b7", calls(220, -1, -2), // aarch64
            "c00000f3", calls(220, -1, -2), // riscv64
            "c0000102", calls(220, -1, -2), // loongarch64
            "c0000015", calls(120, 2, 189), // ppc64le
            "80000015", calls(120, 2, 189), // ppc64
            "80000016", calls(120, 2, 190)); // s390x

    private static final int CLONE3 = 435;
    private static final String S390X = "80000016";
    private static final Pattern RECORD = Pattern.compile("\\btype=(?:SYSCALL|1300)\\b");
    private static final Pattern FIELD =
            Pattern.compile("\\b(arch|syscall|success|exit|a0|a1|SYSCALL)=([^\\s\u001d]{1,300})");

    private final TraceLogReader log;

    AuditLog(TraceLogReader log) {
        this.log = log;
    }

    @Override
    public boolean read(String text, String raw) {
        if (text.indexOf("type=") < 0 || !RECORD.matcher(text).find()) {
            return false;
        }
        Map<String, String> fields = new HashMap<>();
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            fields.putIfAbsent(field.group(1), field.group(2));
        }
        log.wroteBy(LogKind.AUDIT);
        String number = fields.getOrDefault("syscall", "");
        Optional<CloneSyscall> syscall = syscall(fields, number);
        if (syscall.isPresent()) {
            call(syscall.get(), fields, raw);
        } else if (!number.isEmpty()
                && number.chars().allMatch(Character::isDigit)
                && !CALLS.containsKey(fields.getOrDefault("arch", ""))
                && !fields.containsKey("SYSCALL")) {
            // Which call this is depends on the processor.
            log.notRead(raw);
        }
        return true;
    }

    private static Optional<CloneSyscall> syscall(Map<String, String> fields, String number) {
        Optional<CloneSyscall> named =
                CloneSyscall.named(number).or(() -> CloneSyscall.named(fields.getOrDefault("SYSCALL", "")));
        if (named.isPresent() || !number.matches("\\d{1,4}")) {
            return named;
        }
        Map<Integer, CloneSyscall> calls = CALLS.get(fields.getOrDefault("arch", ""));
        return calls == null ? Optional.empty() : Optional.ofNullable(calls.get(Integer.parseInt(number)));
    }

    private void call(CloneSyscall syscall, Map<String, String> fields, String raw) {
        String exit = fields.getOrDefault("exit", "");
        CloneCall.Builder call = CloneCall.builder(syscall, CloneCall.UNKNOWN);
        if (syscall == CloneSyscall.CLONE) {
            String arch = fields.getOrDefault("arch", "");
            boolean second = arch.equals(S390X) || arch.equals("s390x");
            String argument = fields.getOrDefault(second ? "a1" : "a0", "");
            FlagsText flags = argument.contains("CLONE_") ? FlagsText.of(argument) : FlagsText.hexadecimal(argument);
            call.flags(flags.flags()).exitSignal(flags.exitSignal());
        }
        Matcher failed =
                Pattern.compile("-(\\d{1,4})|(E[A-Z0-9]{2,20})(?:\\(.*)?").matcher(exit);
        if (exit.matches("[1-9]\\d{0,9}")) {
            log.call(call.made(Tids.of(exit)).build(), LogKind.AUDIT);
        } else if (failed.matches()) {
            int errno = failed.group(1) == null ? 0 : Integer.parseInt(failed.group(1));
            if (!CallText.isRestart(errno)) {
                log.call(
                        call.failed(errno == 0 ? failed.group(2) : CallText.errno(errno))
                                .build(),
                        LogKind.AUDIT);
            }
        } else if (exit.isEmpty()) {
            log.notRead(raw);
        }
    }

    private static Map<Integer, CloneSyscall> calls(int clone, int fork, int vfork) {
        return Map.of(
                clone,
                CloneSyscall.CLONE,
                fork,
                CloneSyscall.FORK,
                vfork,
                CloneSyscall.VFORK,
                CLONE3,
                CloneSyscall.CLONE3);
    }
}
