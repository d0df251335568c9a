package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.run.RunSource;
import io.clonetrace.run.SourceTrial;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.TracePermission;
import java.util.List;
import java.util.OptionalInt;

/**
 * Whether a source observes: it is let, on a child process that is there for nothing else. On a process of somebody's a
 * source is let only if that stops nobody; for the others the kernel is asked whether they might.
 */
record SourceCheck(RunSource source, OptionalInt target) implements Check {
    @Override
    public Ability look() {
        try {
            String found = "saw a child process's clone, flags 0x"
                    + Long.toHexString(SourceTrial.ofChild(source).get(0).flags());
            if (target.isEmpty()) {
                return Ability.yes(source.label(), found, "tried");
            }
            return onTarget(found, target.getAsInt());
        } catch (SourceRefusedException refused) {
            return Ability.no(source.label(), refused.getMessage(), "tried on a child process", "");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Ability.open(source.label(), "not tried, because this command was interrupted", "");
        }
    }

    /** Where the native code that each of them takes can't be used. */
    static Ability notTried(RunSource source, Ability nativeCode) {
        return new Ability(
                source.label(),
                Answer.OPEN,
                "not tried, because native code can't be used here",
                "",
                nativeCode.remedy());
    }

    private Ability onTarget(String found, int pid) {
        try {
            if (source == RunSource.EBPF || source == RunSource.TRACEFS) {
                List<CloneCall> seen = SourceTrial.ofRunning(source, pid);
                String saw = seen.isEmpty()
                        ? "it made no thread in that moment"
                        : "saw a clone of it, flags 0x"
                                + Long.toHexString(seen.get(0).flags());
                return Ability.yes(source.label(), found + "; watched process " + pid + " too: " + saw, "tried");
            }
            TracePermission.check(pid);
            return Ability.yes(
                    source.label(),
                    found + "; not tried on process " + pid + ", because it would stop its threads, but the kernel"
                            + " gives the right",
                    "asked by process_vm_readv");
        } catch (SourceRefusedException refused) {
            return Ability.no(source.label(), refused.getMessage(), "asked of process " + pid + ", not attached", "");
        }
    }
}
