package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;

/** Whether perf_event_open(2) lets a tracepoint be used, which attaches the BPF program. */
record PerfEventsCheck(Path proc, ProcessStatus process) implements Check {
    private static final String NAME = "perf events";

    @Override
    public Ability look() {
        Path file = proc.resolve("sys/kernel/perf_event_paranoid");
        try {
            String found = "kernel.perf_event_paranoid is " + PseudoFile.of(file);
            if (Integer.parseInt(PseudoFile.of(file)) < 0) {
                return Ability.yes(NAME, found + ": all is open", file.toString());
            }
            for (Capability passes : new Capability[] {Capability.CAP_PERFMON, Capability.CAP_SYS_ADMIN}) {
                if (process.has(passes)) {
                    return Ability.yes(NAME, found + ", which " + passes + " passes", file.toString());
                }
            }
            return Ability.no(NAME, found, file.toString(), "for the source ebpf: root, or CAP_PERFMON");
        } catch (NumberFormatException | IOException unknown) {
            return Ability.no(
                    NAME,
                    "this kernel has none",
                    "no " + file,
                    "for the source ebpf: a kernel built with CONFIG_PERF_EVENTS");
        }
    }
}
