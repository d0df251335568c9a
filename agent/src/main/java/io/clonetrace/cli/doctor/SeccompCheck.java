package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.ProcessStatus;

/** Whether a filter may refuse system calls (seccomp(2)). */
record SeccompCheck(ProcessStatus process) implements Check {
    private static final String NAME = "seccomp";

    @Override
    public Ability look() {
        String where = process.where("Seccomp");
        String mode = process.field("Seccomp").orElse("0");
        if (mode.equals("0")) {
            return Ability.yes(NAME, "no filter", where);
        }
        return Ability.no(
                NAME,
                "mode " + mode + ": a filter, which may refuse bpf, perf_event_open, ptrace or execve",
                where,
                "where it refuses a source, give the container a profile that lets the call through");
    }
}
