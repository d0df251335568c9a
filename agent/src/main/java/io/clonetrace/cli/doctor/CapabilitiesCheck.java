package io.clonetrace.cli.doctor;

import static io.clonetrace.linux.proc.Capability.CAP_BPF;
import static io.clonetrace.linux.proc.Capability.CAP_PERFMON;
import static io.clonetrace.linux.proc.Capability.CAP_SYS_ADMIN;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Which of the capabilities that observing takes there are. */
record CapabilitiesCheck(ProcessStatus process) implements Check {
    private static final String NAME = "capabilities";

    @Override
    public Ability look() {
        String where = process.where("CapEff");
        String held = named(true);
        if (process.has(CAP_SYS_ADMIN) || process.has(CAP_BPF) && process.has(CAP_PERFMON)) {
            return Ability.yes(NAME, held, where);
        }
        return Ability.no(
                NAME,
                held.isEmpty() ? "none of " + named(false) : held + "; not " + named(false),
                where,
                "for the source ebpf: root, or CAP_BPF and CAP_PERFMON; for tracefs: CAP_SYS_ADMIN");
    }

    private String named(boolean held) {
        return Arrays.stream(Capability.values())
                .filter(capability -> process.has(capability) == held)
                .map(Capability::name)
                .collect(Collectors.joining(", "));
    }
}
