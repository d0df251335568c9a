package io.clonetrace.explain.evidence;

import java.util.Optional;

/**
 * Numbers that no kernel has: text that states one is damaged or mistyped, and says nothing. Each answer is the
 * sentence on why a number is left out; empty if it is possible.
 */
final class KernelBounds {
    /** PID_MAX_LIMIT of 64-bit machines (include/linux/threads.h): no machine has more tasks. */
    private static final long MOST_TASKS = 4 * 1024 * 1024;

    /** FUTEX_TID_MASK, up to which kernel.threads-max may be set (kernel/fork.c). */
    private static final long HIGHEST_THREADS_MAX = 0x3fff_ffff;

    /** Bytes of address space of a process, with page tables of five levels on x86_64. */
    private static final long MOST_ADDRESS_SPACE = 1L << 56;

    /** Bytes of memory of a machine, by the width of a physical address on x86_64. */
    private static final long MOST_MEMORY = 1L << 52;

    private KernelBounds() {}

    static Optional<String> objection(SeenLimit limit) {
        String name = limit.name().label();
        if (limit.hard() >= 0 && limit.soft() > limit.hard()) {
            return Optional.of(name + " is stated above its hard limit, which no kernel allows.");
        }
        return switch (limit.name()) {
            case PID_MAX -> outside(name, limit.soft(), 1, MOST_TASKS);
            case THREADS_MAX -> outside(name, limit.soft(), 1, HIGHEST_THREADS_MAX);
            default -> Optional.empty();
        };
    }

    static Optional<String> objection(SeenUse use) {
        String what = use.resource().label();
        return switch (use.resource()) {
            case PROCESS_THREADS, USER_TASKS, CGROUP_TASKS, MACHINE_TASKS -> outside(what, use.amount(), 0, MOST_TASKS);
            case MAPPINGS -> outside(what, use.amount(), 0, Integer.MAX_VALUE);
            case ADDRESS_SPACE, DATA, STACK -> outside(what, use.amount(), 0, MOST_ADDRESS_SPACE);
            case CGROUP_MEMORY, MACHINE_MEMORY -> outside(what, use.amount(), 0, MOST_MEMORY);
        };
    }

    static Optional<String> objection(ThreadTotal total) {
        return total.kind() == ThreadKind.VIRTUAL
                ? Optional.empty()
                : outside("a number of threads", total.count(), Document.UNKNOWN, MOST_TASKS);
    }

    private static Optional<String> outside(String what, long number, long least, long most) {
        return number >= least && number <= most
                ? Optional.empty()
                : Optional.of("An impossible value was left out, of " + what + ".");
    }
}
