package io.clonetrace.live;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Samples a process from outside. Not thread-safe. */
public final class ProcessReader {
    private static final double SECOND = 1e9;

    private final long began = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    private final long beganNanos = System.nanoTime();
    private final Path process;
    private final TaskReader tasks;
    private final LimitHistory limits;
    private final boolean otherTids;
    private final Map<Long, Integer> insideByTask = new HashMap<>();
    private StackSnapshot stacks;
    private String noStacks;

    /**
     * Begins with nothing.
     *
     * @param process its folder in /proc
     * @param otherTids whether it is in a pid namespace below this one
     * @param stackSize of one more thread, in bytes
     */
    public ProcessReader(Path process, boolean otherTids, long stackSize) {
        this.process = process;
        this.tasks = new TaskReader(process);
        this.limits = new LimitHistory(process, stackSize);
        this.otherTids = otherTids;
    }

    /**
     * Takes a sample.
     *
     * @param known what is known of the stack of a thread, by tid
     * @throws IOException if the process has ended
     */
    LiveSample read(IntFunction<ThreadToMeasure> known) throws IOException {
        long at = now();
        long booted = at - uptime();
        List<TaskStat> live = tasks.read();
        TaskStat whole = stat();
        return new LiveSample(
                at,
                booted,
                whole.cpuTicks(),
                whole.startTicks(),
                live,
                inside(live),
                measured(live, known),
                limits.read(at, live.size()));
    }

    /** By the monotonic clock: flight recording's times don't follow a clock that is set meanwhile, either. */
    private long now() {
        return began + (System.nanoTime() - beganNanos);
    }

    /** Since the boot, suspensions included, as a task's start (proc_uptime(5)). */
    private static long uptime() throws IOException {
        String uptime = PseudoFile.of(Path.of("/proc/uptime"));
        return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * SECOND);
    }

    private TaskStat stat() throws IOException {
        try {
            return TaskStat.of(0, PseudoFile.bounded(process.resolve("stat")));
        } catch (IllegalArgumentException ended) {
            throw new IOException(process + "/stat can't be read", ended);
        }
    }

    private Map<Integer, Integer> inside(List<TaskStat> live) {
        if (!otherTids) {
            return Map.of();
        }
        Map<Integer, Integer> inside = new HashMap<>();
        for (TaskStat task : live) {
            long key = task.startTicks() << Integer.SIZE | task.tid();
            inside.put(
                    task.tid(),
                    insideByTask.computeIfAbsent(
                            key,
                            unseen -> ProcessStatus.of(process.resolve("task/" + task.tid()))
                                    .flatMap(ProcessStatus::idInside)
                                    .map(Integer::valueOf)
                                    .orElse(-1)));
        }
        insideByTask.keySet().removeIf(key -> !inside.containsKey((int) (long) key));
        return inside;
    }

    private Map<Integer, StackMeasure> measured(List<TaskStat> live, IntFunction<ThreadToMeasure> known) {
        if (noStacks != null) {
            return Map.of();
        }
        Map<Integer, StackMeasure> measured = new HashMap<>();
        try {
            if (stacks == null) {
                stacks = snapshot();
            }
            List<ThreadToMeasure> wanted =
                    live.stream().map(task -> known.apply(task.tid())).toList();
            for (StackMeasure measure : stacks.measure(wanted, tid -> true)) {
                if (measure.touched() >= 0) {
                    measured.put(measure.tid(), measure);
                }
            }
        } catch (IOException | LinkageError refused) {
            noStacks = String.valueOf(refused.getMessage());
        }
        return measured;
    }

    private StackSnapshot snapshot() {
        try {
            return StackSnapshot.byIoctl(process);
        } catch (LinuxException older) {
            return StackSnapshot.of(process);
        }
    }

    /** Why stacks are not measured; null if they are. */
    public String noStacks() {
        return noStacks;
    }
}
