package io.clonetrace.linux.bpf;

import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;

/**
 * A program in the kernel; while attached, it runs at a tracepoint. Closing it, or the end of this process, detaches
 * it.
 */
public final class BpfProgram implements AutoCloseable {
    private static final int PERF_TYPE_TRACEPOINT = 2; // this and the following from linux/perf_event.h
    private static final int PERF_ATTR_SIZE_VER5 = 112;
    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final long PERF_EVENT_IOC_SET_BPF = 0x40042408;
    private static final long PERF_EVENT_IOC_ENABLE = 0x2400;
    private static final int NONE = -1;

    private final int program;
    private int event = NONE;

    BpfProgram(int program) {
        this.program = program;
    }

    /**
     * Attaches it to the tracepoint on all processors: the event is opened for processor 0, but a program belongs to
     * the tracepoint as a whole (kernel/trace/bpf_trace.c, perf_event_attach_bpf_prog).
     *
     * @param tracepoint the number in its file {@code id} in tracefs
     */
    public void attach(int tracepoint) throws LinuxException {
        Pointer attr = Bpf.zeroed(PERF_ATTR_SIZE_VER5);
        try {
            attr.setInt(0, PERF_TYPE_TRACEPOINT);
            attr.setInt(4, PERF_ATTR_SIZE_VER5);
            attr.setLong(8, tracepoint);
            attr.setLong(16, 1); // sample_period
            event = (int) BpfLibC.syscall(
                    BpfNumbers.current().perfEventOpen(), Pointer.nativeValue(attr), -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
        } finally {
            Bpf.free(attr);
        }
        if (event < 0) {
            throw new LinuxException("perf_event_open", LibC.errno());
        }
        if (BpfLibC.ioctl(event, PERF_EVENT_IOC_SET_BPF, program) != 0) {
            throw new LinuxException("ioctl(PERF_EVENT_IOC_SET_BPF)", LibC.errno());
        }
        if (BpfLibC.ioctl(event, PERF_EVENT_IOC_ENABLE, 0) != 0) {
            throw new LinuxException("ioctl(PERF_EVENT_IOC_ENABLE)", LibC.errno());
        }
    }

    /**
     * How often its tracepoint was hit without running it, because the processor was running another program or a task
     * had been preempted there within bpf(2) (struct bpf_prog_info, recursion_misses; counted for tracepoints since
     * Linux 6.7).
     */
    public long missed() throws LinuxException {
        return Bpf.missed(program);
    }

    /** Detaches the program; what it has written stays. */
    @Override
    public void close() {
        if (event >= 0) {
            LibC.close(event);
        }
        LibC.close(program);
    }
}
