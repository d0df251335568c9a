package io.clonetrace.trace.ebpf;

/** Functions of the kernel that a BPF program may call (bpf-helpers(7)); the newest are of Linux 5.15. */
enum Helper {
    MAP_LOOKUP_ELEM(1),
    KTIME_GET_NS(5),
    GET_CURRENT_PID_TGID(14),
    PROBE_READ_USER(112),
    RINGBUF_RESERVE(131),
    RINGBUF_SUBMIT(132),
    GET_CURRENT_TASK_BTF(158),
    TASK_PT_REGS(175);

    private final int number;

    Helper(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
