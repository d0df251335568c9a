package io.clonetrace.live;

import io.clonetrace.live.LiveSnapshot.LiveCount;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.ThreadToMeasure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Joins what {@code /proc} lists with what events say. Thread-safe: events come from the recording's thread, samples
 * from another.
 */
public final class LiveModel {
    /** The rates are of so long a time: events come about a second late, and many at once. */
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final double SECOND = 1e9;

    private final Creations creations;
    private final Map<Integer, Task> tasks = new LinkedHashMap<>();
    private final List<Task> first = new ArrayList<>();
    private final Deque<Counted> history = new ArrayDeque<>();
    private final List<String> notices = new ArrayList<>();
    private String condition;
    private final long began;
    private long cpuTicks = -1;
    private long sampledAt;

    /** What was counted at a moment. */
    private record Counted(long at, Map<Provenance, long[]> createdAndAlive) {
        long created(Provenance provenance) {
            return createdAndAlive.getOrDefault(provenance, NONE)[0];
        }

        long alive(Provenance provenance) {
            return createdAndAlive.getOrDefault(provenance, NONE)[1];
        }

        private static final long[] NONE = new long[2];
    }

    /**
     * Begins without anything.
     *
     * @param creations what events say
     * @param began since when they come, in nanoseconds since the epoch
     */
    public LiveModel(Creations creations, long began) {
        this.creations = creations;
        this.began = began;
    }

    /** What is missing, in a sentence. */
    public synchronized void notice(String sentence) {
        if (!notices.contains(sentence)) {
            notices.add(sentence);
        }
    }

    /** What is the matter with the JVM at the moment, in a sentence; null for nothing. */
    public synchronized void condition(String sentence) {
        condition = sentence;
    }

    /**
     * What a thread dump, or glibc's list of threads, says of a task that was already running.
     *
     * @param tid in this process's pid namespace
     * @param name Java's; null if not known
     * @param kind java, vm or native; null if not known
     * @param library the native library in which it began; null if not known
     * @param stack what is known of its stack
     */
    public synchronized void known(int tid, String name, String kind, String library, ThreadToMeasure stack) {
        Task task = tasks.get(tid);
        if (task != null && task.creation() == null) {
            task.known(name, kind, library);
            task.isAt(stack);
            // It moves to another row, which is no end and no start.
            history.clear();
        }
    }

    /** What is known of the stack of a task. */
    synchronized ThreadToMeasure stack(int tid) {
        Task task = tasks.get(tid);
        return task == null ? ThreadToMeasure.of(tid) : task.toMeasure();
    }

    /** Takes in a sample, and says what is known then. */
    synchronized LiveSnapshot take(LiveSample sample) {
        boolean isFirst = sampledAt == 0;
        Map<Integer, Task> before = new HashMap<>(tasks);
        tasks.clear();
        for (TaskStat stat : sample.tasks()) {
            Task task = before.get(stat.tid());
            if (task == null || task.startTicks != stat.startTicks()) {
                task = new Task(stat, sample, sample.started(stat) < began);
            } else {
                task.seen(stat, sample.at());
            }
            tasks.put(stat.tid(), task);
        }
        if (isFirst) {
            tasks.values().stream().filter(task -> task.earlier).forEach(first::add);
        }
        for (Map.Entry<Integer, StackMeasure> stack : sample.stacks().entrySet()) {
            Task task = tasks.get(stack.getKey());
            if (task != null) {
                task.measured(stack.getValue());
            }
        }
        creations.joinTo(tasks.values(), sample.at());
        LiveSnapshot snapshot = snapshot(sample);
        cpuTicks = sample.cpuTicks();
        sampledAt = sample.at();
        return snapshot;
    }

    private LiveSnapshot snapshot(LiveSample sample) {
        Map<Provenance, long[]> now = new HashMap<>();
        creations.created().forEach((provenance, created) -> at(now, provenance)[0] = created);
        List<LiveThread> threads = new ArrayList<>(tasks.size());
        int pending = 0;
        for (Task task : tasks.values()) {
            if (creations.follows() && task.isPending(sample.at())) {
                pending++;
                continue;
            }
            LiveThread thread = task.view();
            threads.add(thread);
            at(now, thread.provenance())[1]++;
        }
        Map<Provenance, Long> atFirst = new HashMap<>();
        // The clocks are not sharp: one whose creation was seen after all is no earlier one.
        first.stream()
                .filter(task -> task.creation() == null)
                .forEach(task -> atFirst.merge(task.provenance(), 1L, Long::sum));
        atFirst.keySet().forEach(provenance -> at(now, provenance));
        Counted counted = new Counted(sample.at(), now);
        history.addLast(counted);
        while (history.size() > 2 && sample.at() - history.getFirst().at() > WINDOW_NANOS) {
            history.removeFirst();
        }
        Counted old = history.getFirst();
        double seconds = (sample.at() - old.at()) / SECOND;
        Map<Provenance, LiveCount> counts = new LinkedHashMap<>();
        now.forEach((provenance, numbers) -> {
            long created = numbers[0] - old.created(provenance);
            long ended = created - (numbers[1] - old.alive(provenance));
            counts.put(
                    provenance,
                    new LiveCount(
                            numbers[0],
                            atFirst.getOrDefault(provenance, 0L),
                            seconds <= 0 ? 0 : created / seconds,
                            seconds <= 0 ? 0 : Math.max(0, ended) / seconds));
        });
        return new LiveSnapshot(
                sample.at(),
                began,
                sample.booted() + sample.startTicks() * LiveSample.TICK_NANOS,
                cpu(sample),
                threads,
                pending,
                counts,
                sample.limits(),
                creations.processes(),
                creations.failedStarts(),
                creations.refusedClones(),
                creations.source(),
                notices());
    }

    private List<String> notices() {
        List<String> all = new ArrayList<>();
        if (condition != null) {
            all.add(condition);
        }
        all.addAll(notices);
        all.addAll(creations.notices());
        return all;
    }

    private double cpu(LiveSample sample) {
        if (cpuTicks < 0 || sample.cpuTicks() < 0 || sample.at() <= sampledAt) {
            return -1;
        }
        return (sample.cpuTicks() - cpuTicks) * LiveSample.TICK_NANOS / (double) (sample.at() - sampledAt);
    }

    private static long[] at(Map<Provenance, long[]> numbers, Provenance provenance) {
        return numbers.computeIfAbsent(provenance, one -> new long[2]);
    }
}
