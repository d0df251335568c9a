package io.clonetrace.trace.log;

/** The programs whose logs are read. */
public enum LogKind {
    STRACE("strace"),
    STRACE_SUMMARY("strace -c"),
    QEMU("qemu-user -strace"),
    GVISOR("gVisor's strace"),
    PERF_TRACE("perf trace"),
    FTRACE("the kernel's trace events (ftrace, perf script, bpftrace)"),
    AUDIT("the audit log"),
    VALGRIND("Valgrind --trace-syscalls");

    private final String label;

    LogKind(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }
}
