package io.clonetrace.report.model;

import io.clonetrace.clone.TaskKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls that started processes ({@code jdk.ProcessStart}), by pid. */
final class ProcessLaunches {
    /** The JVM writes its event of a process when the process runs; nanoseconds. */
    private static final long SAME_LAUNCH = 10_000_000_000L;

    private final Map<Long, List<Launch>> launches = new HashMap<>();

    /** Adds one; without a pid no process was started. */
    void add(long pid, Launch launch) {
        if (pid > 0) {
            launches.computeIfAbsent(pid, one -> new ArrayList<>(1)).add(launch);
        }
    }

    /** The program alone: the arguments may hold secrets. */
    static String program(String command) {
        if (command == null || command.isBlank()) {
            return null;
        }
        String word = command.strip().split("\\s", 2)[0];
        return word.substring(word.lastIndexOf('/') + 1);
    }

    /** Gives each process the call that started it; where no source saw the clone, the call is all there is. */
    void join(List<ThreadRow> rows) {
        rows.stream()
                .filter(row -> row.is(TaskKind.PROCESS))
                .forEach(row -> launches.getOrDefault((long) row.tid(), List.of()).stream()
                        .filter(launch -> Math.abs(launch.at() - row.started()) < SAME_LAUNCH)
                        .min(Comparator.comparingLong(launch -> Math.abs(launch.at() - row.started())))
                        .ifPresent(launch -> {
                            launch.into(row);
                            launches.get((long) row.tid()).remove(launch);
                        }));
        launches.forEach((pid, unseen) -> unseen.forEach(launch -> {
            ThreadRow row = new ThreadRow(Event.ABSENT);
            row.named((int) (long) pid, launch.program());
            row.kind(launch.isAgents() ? TaskKind.AGENT : TaskKind.PROCESS, ThreadRow.Precision.JDK);
            row.started(launch.at(), ThreadRow.Precision.JDK);
            launch.into(row);
            rows.add(row);
        }));
        launches.clear();
    }

    /** A call that started a process. */
    record Launch(long at, String program, long creatorId, String creator, StackTrace trace) {
        /** Whether it is the agent's child, such as its tracer, which no source sees being made. */
        boolean isAgents() {
            return trace != null && trace.isAgents();
        }

        /** The kernel's name of the child is that of the thread that made it, until it runs a program. */
        void into(ThreadRow row) {
            row.renamed(program);
            row.startedBy(creatorId, creator, trace, ThreadRow.Precision.START);
        }
    }
}
