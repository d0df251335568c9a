package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.run.SourceTrial;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.TracePermission;
import java.util.List;
import java.util.Optional;

/**
 * Whether a source observes: it is let, on a child process that is there for nothing else. On a process of somebody's a
 * source is let only if that stops nobody; for the others the kernel is asked whether they might.
 */
record SourceCheck(SourceKind source, Optional<Target> target) implements Check {
    @Override
    public Ability look() {
        try {
            String found = "saw a child process's clone, flags 0x"
                    + Long.toHexString(SourceTrial.ofChild(source).get(0).flags());
            if (target.isEmpty()) {
                return Ability.yes(source.label(), found, "tried");
            }
            return onTarget(found, target.get());
        } catch (SourceRefusedException refused) {
            return Ability.no(source.label(), refused.getMessage(), "tried on a child process", "");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Ability.open(source.label(), "not tried, because this command was interrupted", "");
        }
    }

    /** Where the native code that each of them takes can't be used. */
    static Ability notTried(SourceKind source, Ability nativeCode) {
        return new Ability(
                source.label(),
                Answer.OPEN,
                "not tried, because native code can't be used here",
                "",
                nativeCode.remedy());
    }

    private Ability onTarget(String found, Target process) {
        int pid = process.pid();
        try {
            if (source.tracesInKernel()) {
                List<CloneCall> seen = SourceTrial.ofRunning(source, pid);
                String saw = seen.isEmpty()
                        ? "it made no thread in that moment"
                        : "saw a clone of it, flags 0x"
                                + Long.toHexString(seen.get(0).flags());
                return Ability.yes(source.label(), found + "; watched process " + pid + " too: " + saw, "tried");
            }
            TracePermission.check(pid);
            String right = found + "; not tried on process " + pid
                    + ", because it would stop its threads, but the kernel" + " gives the right";
            return process.isFilteredJvm()
                    ? underFilter(right, process)
                    : Ability.yes(source.label(), right, "asked by process_vm_readv");
        } catch (SourceRefusedException refused) {
            return Ability.no(source.label(), refused.getMessage(), "asked of process " + pid + ", not attached", "");
        }
    }

    /** The agent has its tracer started by the JVM; whether a filter forbids that can't be asked. */
    private Ability underFilter(String right, Target process) {
        String where = process.status().where("Seccomp");
        String filter = "; a seccomp filter is on, which may forbid the JVM to start a tracer";
        return source == SourceKind.PTRACE && process.sharesPids()
                ? Ability.yes(source.label(), right + filter + ": clonetrace attach traces it from outside then", where)
                : Ability.open(source.label(), right + filter, where);
    }
}
