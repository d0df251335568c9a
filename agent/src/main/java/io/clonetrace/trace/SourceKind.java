package io.clonetrace.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The sources of clone flags, in the order in which {@code auto} tries them: first those that stop no task, and of
 * these first the one that sees more.
 */
public enum SourceKind {
    /**
     * A BPF program at the kernel's tracepoint task:task_newtask, and one where the C library takes note of a failure.
     */
    EBPF(Needs.KERNEL_TRACING, Sees.CALLS_AND_REFUSALS),
    /** The same tracepoint, read from a ring of tracefs. */
    TRACEFS(Needs.KERNEL_TRACING, Sees.TASKS),
    /** ptrace(2), by our own tracer, which stops a task at its clones only. */
    PTRACE(Needs.TRACER_PROCESS, Sees.CALLS),
    /** The program strace(1). */
    STRACE(Needs.TRACER_PROCESS, Sees.CALLS_AND_REFUSALS),
    /** No source. */
    NONE(Needs.NOTHING, Sees.NOTHING);

    /** The value of an option {@code source} that leaves the choice to clonetrace; no source has this name. */
    public static final String AUTO = "auto";

    private final Needs needs;
    private final Sees sees;

    private enum Needs {
        NOTHING,
        /** The rights to use the kernel's tracing: root, or CAP_BPF and CAP_PERFMON for eBPF. */
        KERNEL_TRACING,
        /** A second process with the right to trace the first (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). */
        TRACER_PROCESS
    }

    private enum Sees {
        NOTHING,
        /** New tasks: the flags and both tids, but not which call made the task, nor its other arguments. */
        TASKS,
        /** Each call that made a task, with its arguments. */
        CALLS,
        /** Calls that the kernel refused, too. */
        CALLS_AND_REFUSALS
    }

    SourceKind(Needs needs, Sees sees) {
        this.needs = needs;
        this.sees = sees;
    }

    /** The source of that name, as {@link #label} gives it. */
    public static Optional<SourceKind> named(String name) {
        for (SourceKind kind : values()) {
            if (kind.label().equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** All kinds that see something, in the order in which {@code auto} tries them. */
    public static List<SourceKind> automatic() {
        return Arrays.stream(values()).filter(kind -> kind != NONE).toList();
    }

    /** The names of all kinds, as a message lists them. */
    public static String labels() {
        return labels(List.of(values()));
    }

    /** The names of these, as a message lists them. */
    public static String labels(List<SourceKind> kinds) {
        return kinds.stream().map(SourceKind::label).collect(Collectors.joining(", "));
    }

    /** The name in options, events and traces. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the kernel itself records the clones, so that no task is stopped. */
    public boolean tracesInKernel() {
        return needs == Needs.KERNEL_TRACING;
    }

    /** Whether a second process traces the observed one and stops its tasks. */
    public boolean startsTracer() {
        return needs == Needs.TRACER_PROCESS;
    }

    /** Whether it sees calls that the kernel refused; {@link CloneSource#unseenRefusals} says where it doesn't. */
    public boolean seesRefusedCalls() {
        return sees == Sees.CALLS_AND_REFUSALS;
    }
}
