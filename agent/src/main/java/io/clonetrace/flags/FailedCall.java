package io.clonetrace.flags;

/** What the errno of a failed clone or unshare says about its flags (clone(2), unshare(2)). */
final class FailedCall {
    private FailedCall() {}

    static String meaning(String errno) {
        return switch (errno) {
            case "EAGAIN" ->
                "a limit on tasks, whatever the flags: RLIMIT_NPROC, kernel.threads-max, pid_max or a cgroup's"
                        + " pids.max.";
            case "ENOMEM" -> "the kernel had no memory for it, or its PID namespace has lost its process 1.";
            case "EPERM" -> "a seccomp filter, or a capability that the flags need, not a limit.";
            case "ENOSYS" -> "a seccomp filter, or a kernel without that call; libc then uses clone instead of clone3.";
            case "EINVAL" -> "the flags don't go together, or not with the caller's namespaces.";
            case "ENOSPC", "EUSERS" -> "a limit on namespaces: user.max_*_namespaces, or their nesting.";
            case "EACCES", "EBUSY", "EOPNOTSUPP" -> "the cgroup of CLONE_INTO_CGROUP, or the set_tid of clone3.";
            case "ERESTARTNOINTR" -> "a signal came first; the kernel repeats the call.";
            default -> "clone(2) does not list it for its flags.";
        };
    }
}
