package io.clonetrace.explain;

import io.clonetrace.explain.evidence.LimitName;

/** How a limit is raised, and what else helps. */
final class LimitAdvice {
    private LimitAdvice() {}

    static String of(LimitName name) {
        return switch (name) {
            case PIDS_MAX ->
                "Raise pids.max (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit), or start fewer threads.";
            case RLIMIT_NPROC ->
                "Raise RLIMIT_NPROC (ulimit -u, systemd: LimitNPROC), or start fewer threads. All processes of the user"
                        + " count; root's are not limited.";
            case THREADS_MAX -> "Raise it (sysctl kernel.threads-max), or start fewer threads on the machine.";
            case PID_MAX -> "Raise it (sysctl kernel.pid_max), or start fewer threads on the machine.";
            case MAX_MAP_COUNT ->
                "Raise it (sysctl vm.max_map_count), or start fewer threads: each Java thread takes two mappings. Files that"
                        + " are mapped and some collectors (ZGC) take many, too.";
            case RLIMIT_AS -> "Raise it (ulimit -v), or have smaller stacks (-Xss) or fewer threads.";
            case RLIMIT_DATA -> "Raise it (ulimit -d), or have smaller stacks (-Xss) or fewer threads.";
            case MEMORY_MAX -> "Give the cgroup more memory, or have a smaller heap (-Xmx) or fewer threads.";
            case RLIMIT_STACK -> "Set it (ulimit -s), or -Xss for Java threads.";
        };
    }
}
