package io.clonetrace.agent;

import io.clonetrace.stack.ThreadLimit;

/**
 * Why a thread could not be made, as far as the limits tell.
 *
 * @param limit the limit that was hit; null if none is known to be
 * @param reached whether not one thread more fitted when it was read; otherwise another thread has ended meanwhile
 * @param location where it was read, or why there is none
 */
record FoundLimit(ThreadLimit limit, boolean reached, String location) {
    static FoundLimit none(String why) {
        return new FoundLimit(null, false, why);
    }

    /** The finding in words, and what to do about it. */
    String words() {
        if (limit == null) {
            return location;
        }
        return limit.name() + (reached ? " is reached: " : " is the nearest limit: ") + limit.used() + " of "
                + limit.max() + ", " + location + "; " + advice(limit.name()) + ", or start fewer threads";
    }

    private static String advice(String name) {
        return switch (name) {
            case "pids.max" -> "raise it (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit)";
            case "RLIMIT_NPROC" -> "raise it (ulimit -u, systemd: LimitNPROC)";
            case "RLIMIT_AS" -> "raise it (ulimit -v)";
            case "RLIMIT_DATA" -> "raise it (ulimit -d)";
            case "memory.max", "memory.limit_in_bytes" -> "give the cgroup more memory";
            default -> "raise it (sysctl " + name + ")";
        };
    }
}
