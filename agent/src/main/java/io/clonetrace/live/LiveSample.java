package io.clonetrace.live;

import io.clonetrace.stack.StackMeasure;
import java.util.List;
import java.util.Map;

/**
 * What {@code /proc} said of a process at one moment.
 *
 * @param at the moment, in nanoseconds since the epoch
 * @param booted when the machine booted, in the same
 * @param cpuTicks processor time of the process, its ended threads included, in clock ticks; -1 if it can't be read
 * @param startTicks when the process was started, in clock ticks since the boot
 * @param inside the tids in the process's own pid namespace, where they are others; empty where they are the same
 * @param stacks the stacks of some or all tasks, by tid
 */
record LiveSample(
        long at,
        long booted,
        long cpuTicks,
        long startTicks,
        List<TaskStat> tasks,
        Map<Integer, Integer> inside,
        Map<Integer, StackMeasure> stacks,
        List<LiveLimit> limits) {
    /** A clock tick, USER_HZ of asm-generic/param.h: 100 a second on all Linux that a JDK runs on. */
    static final long TICK_NANOS = 10_000_000;

    /** When the task was started, in nanoseconds since the epoch. */
    long started(TaskStat task) {
        return booted + task.startTicks() * TICK_NANOS;
    }

    int inside(int tid) {
        return inside.getOrDefault(tid, tid);
    }
}
