package io.clonetrace.linux.bpf;

import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/**
 * A program in the kernel; while attached, it runs at a tracepoint or at an instruction of user code. Closing it, or
 * the end of this process, detaches it.
 */
public final class BpfProgram implements AutoCloseable {
    private static final int PERF_TYPE_TRACEPOINT = 2; // this and the following from linux/perf_event.h
    private static final int PERF_ATTR_SIZE_VER5 = 112;
    private static final int ATTR_TYPE = 0; // offsets in struct perf_event_attr
    private static final int ATTR_SIZE = 4;
    private static final int ATTR_CONFIG = 8;
    private static final int ATTR_SAMPLE_PERIOD = 16;
    private static final int ATTR_PROBE_PATH = 56;
    private static final int ATTR_PROBE_OFFSET = 64;
    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final long PERF_EVENT_IOC_SET_BPF = 0x40042408;
    private static final long PERF_EVENT_IOC_ENABLE = 0x2400;
    private static final int NONE = -1;

    /** All tasks. */
    public static final int ALL = -1;

    private static final Charset FILE_NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final int program;
    private int event = NONE;

    BpfProgram(int program) {
        this.program = program;
    }

    int fd() {
        return program;
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
            attr.setInt(ATTR_TYPE, PERF_TYPE_TRACEPOINT);
            attr.setLong(ATTR_CONFIG, tracepoint);
            attach(attr, ALL, 0);
        } finally {
            Bpf.free(attr);
        }
    }

    /**
     * Attaches a program made by {@link Bpf#loadByType} to its tracepoint, on all processors; that takes no tracefs.
     */
    public void attachByType() throws LinuxException {
        event = Bpf.open(program);
    }

    /**
     * Attaches a program made by {@link Bpf#loadProbe} to an instruction of user code (Documentation/trace/
     * uprobetracer.rst). The kernel puts a breakpoint into the watched processes' mappings of the file; the file itself
     * stays as it is. The program runs in each thread that gets there, before the instruction.
     *
     * @param probes the type of such events: /sys/bus/event_source/devices/uprobe/type
     * @param file leads to the mapped file; the kernel resolves it now
     * @param offset of the instruction in the file, in bytes
     * @param task a thread of the only process to watch, which must outlive the observation; {@link #ALL} to watch
     *     every process that maps the file
     */
    public void attach(int probes, String file, long offset, int task) throws LinuxException {
        Pointer attr = Bpf.zeroed(PERF_ATTR_SIZE_VER5);
        Pointer name = string(file);
        try {
            attr.setInt(ATTR_TYPE, probes);
            attr.setLong(ATTR_PROBE_PATH, Pointer.nativeValue(name));
            attr.setLong(ATTR_PROBE_OFFSET, offset);
            attach(attr, task, task == ALL ? 0 : ALL);
        } finally {
            Bpf.free(name);
            Bpf.free(attr);
        }
    }

    /**
     * Attaches a program made by {@link Bpf#loadLinkedProbe} to an instruction of user code, as {@link #attach(int,
     * String, long, int)} does. The kernel removes such a link in a fraction of the time that it takes to close a perf
     * event.
     *
     * @param file leads to the mapped file; the kernel resolves it now
     * @param offset of the instruction in the file, in bytes
     * @param process the only process to watch; {@link #ALL} for every process that maps the file
     * @throws LinuxException also where the kernel would watch one thread instead of the process
     */
    public void link(String file, long offset, int process) throws LinuxException {
        Pointer name = string(file);
        try {
            demandProcessFilter();
            event = Bpf.link(program, name, offset, process == ALL ? 0 : process);
        } finally {
            Bpf.free(name);
        }
    }

    /**
     * Before Linux 6.10 the kernel compared thread ids with the pid. Where that is mended, it refuses an impossible pid
     * before it looks at the file (libbpf's src/features.c, probe_uprobe_multi_link).
     */
    private void demandProcessFilter() throws LinuxException {
        Pointer folder = string("/");
        try {
            LibC.close(Bpf.link(program, folder, 0, -1));
        } catch (LinuxException refused) {
            if (refused.errno() == Errno.EINVAL.value()) {
                return;
            }
            throw refused;
        } finally {
            Bpf.free(folder);
        }
        throw new LinuxException("bpf(BPF_LINK_CREATE) of no process", 0);
    }

    private static Pointer string(String text) {
        byte[] bytes = (text + '\0').getBytes(FILE_NAMES);
        Pointer memory = Bpf.zeroed(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    private void attach(Pointer attr, int task, int processor) throws LinuxException {
        attr.setInt(ATTR_SIZE, PERF_ATTR_SIZE_VER5);
        attr.setLong(ATTR_SAMPLE_PERIOD, 1);
        event = (int) BpfLibC.syscall(
                BpfNumbers.current().perfEventOpen(),
                Pointer.nativeValue(attr),
                task,
                processor,
                -1,
                PERF_FLAG_FD_CLOEXEC);
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

    /**
     * Detaches programs of a process that ends, soon after this call, which does not wait. They must not be closed
     * then.
     */
    public static void detachSoon(List<BpfProgram> programs) {
        int[] events = new int[programs.size()];
        int attached = 0;
        for (BpfProgram program : programs) {
            if (program.event >= 0) {
                events[attached++] = program.event;
            }
        }
        DeferredClose.close(Arrays.copyOf(events, attached));
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
