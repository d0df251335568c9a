package io.clonetrace.linux.bpf;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.StandardCharsets;

/** bpf(2): maps and programs are file descriptors; the kernel frees them when the last one is closed. */
public final class Bpf {
    /** Map types of linux/bpf.h. */
    static final int ARRAY = 2;

    static final int RINGBUF = 27;

    /** The array's values can be mapped by mmap (BPF_F_MMAPABLE, since Linux 5.5). */
    static final int MMAPABLE = 1 << 10;

    private static final int MAP_CREATE = 0;
    private static final int PROG_LOAD = 5;
    private static final int LINK_CREATE = 28;
    private static final int TRACE_UPROBE_MULTI = 48; // enum bpf_attach_type
    private static final int OBJ_GET_INFO_BY_FD = 15;
    private static final int INFO_BYTES = 216; // as far as recursion_misses
    private static final int RECURSION_MISSES = 208;
    private static final int TYPE_KPROBE = 2;
    private static final int TEST_RUN = 10;
    private static final int TYPE_TRACEPOINT = 5;
    private static final int TYPE_RAW_TRACEPOINT = 17;
    private static final int TYPE_TRACING = 26;
    private static final int TRACE_RAW_TP = 23; // enum bpf_attach_type
    private static final int RAW_TRACEPOINT_OPEN = 17;
    private static final int NONE = 0;
    private static final int ATTR_BYTES = 128; // exceeds union bpf_attr of 5.15: accepted if the excess is 0
    private static final int INSTRUCTION_BYTES = 8;
    private static final int LOG_BYTES = 1 << 16;
    private static final int LOG_LINES = 3;

    private Bpf() {}

    /** Creates a map. */
    static int createMap(int type, int keySize, int valueSize, int maxEntries, int flags) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        try {
            attr.setInt(0, type);
            attr.setInt(4, keySize);
            attr.setInt(8, valueSize);
            attr.setInt(12, maxEntries);
            attr.setInt(16, flags);
            int fd = bpf(MAP_CREATE, attr);
            if (fd < 0) {
                throw new LinuxException("bpf(BPF_MAP_CREATE)", LibC.errno());
            }
            return fd;
        } finally {
            free(attr);
        }
    }

    /**
     * Loads a program for tracepoints, under the GPL, which the helper functions require.
     *
     * @param instructions struct bpf_insn each, as eight bytes in a long
     * @throws LinuxException with the last lines of the verifier's log, if any
     */
    public static BpfProgram load(long[] instructions) throws LinuxException {
        return load(TYPE_TRACEPOINT, 0, NONE, instructions);
    }

    /**
     * The same for {@link BpfProgram#attachByType}: the program's context is what the kernel passes to the tracepoint,
     * eight bytes each.
     *
     * @param tracepoint its type's id, by {@link Btf#tracepoint}
     */
    public static BpfProgram loadByType(int tracepoint, long[] instructions) throws LinuxException {
        return load(TYPE_TRACING, TRACE_RAW_TP, tracepoint, instructions);
    }

    /** The same for probes of user code, where a program's context is the registers: struct pt_regs. */
    public static BpfProgram loadProbe(long[] instructions) throws LinuxException {
        return load(TYPE_KPROBE, 0, NONE, instructions);
    }

    /** The same for {@link BpfProgram#link}, since Linux 6.6. */
    public static BpfProgram loadLinkedProbe(long[] instructions) throws LinuxException {
        return load(TYPE_KPROBE, TRACE_UPROBE_MULTI, NONE, instructions);
    }

    /**
     * Runs a program once, as a part of this call (linux/bpf.h, BPF_PROG_TEST_RUN, since Linux 5.10): its current task
     * is the calling thread.
     *
     * @return what the program returns
     */
    public static int run(long[] instructions) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        try (BpfProgram program = load(TYPE_RAW_TRACEPOINT, 0, NONE, instructions)) {
            attr.setInt(0, program.fd());
            if (bpf(TEST_RUN, attr) != 0) {
                throw new LinuxException("bpf(BPF_PROG_TEST_RUN)", LibC.errno());
            }
            return attr.getInt(4);
        } finally {
            free(attr);
        }
    }

    private static BpfProgram load(int type, int attachType, int attachTo, long[] instructions) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        Pointer code = new Pointer(Native.malloc((long) instructions.length * INSTRUCTION_BYTES));
        Pointer licence = zeroed(4);
        Pointer log = zeroed(LOG_BYTES);
        try {
            code.write(0, instructions, 0, instructions.length);
            licence.write(0, "GPL".getBytes(StandardCharsets.US_ASCII), 0, 3);
            attr.setInt(0, type);
            attr.setInt(4, instructions.length);
            attr.setLong(8, Pointer.nativeValue(code));
            attr.setLong(16, Pointer.nativeValue(licence));
            attr.setInt(68, attachType);
            attr.setInt(108, attachTo);
            int fd = bpf(PROG_LOAD, attr);
            if (fd >= 0) {
                return new BpfProgram(fd);
            }
            int errno = LibC.errno();
            // Load again for the log: with a log on the first try, a buffer too small would fail by itself.
            attr.setInt(24, 1);
            attr.setInt(28, LOG_BYTES);
            attr.setLong(32, Pointer.nativeValue(log));
            int again = bpf(PROG_LOAD, attr);
            if (again >= 0) {
                return new BpfProgram(again);
            }
            throw refused(errno, log.getString(0, "US-ASCII"));
        } finally {
            free(attr);
            free(code);
            free(licence);
            free(log);
        }
    }

    /** The member recursion_misses of struct bpf_prog_info (linux/bpf.h, since Linux 5.12). */
    static long missed(int program) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        Pointer info = zeroed(INFO_BYTES);
        try {
            attr.setInt(0, program);
            attr.setInt(4, INFO_BYTES);
            attr.setLong(8, Pointer.nativeValue(info));
            if (bpf(OBJ_GET_INFO_BY_FD, attr) != 0) {
                throw new LinuxException("bpf(BPF_OBJ_GET_INFO_BY_FD)", LibC.errno());
            }
            return info.getLong(RECURSION_MISSES);
        } finally {
            free(attr);
            free(info);
        }
    }

    /**
     * Attaches a program to one instruction of a file (linux/bpf.h, BPF_LINK_CREATE, uprobe_multi).
     *
     * @param pid the process; 0 for all
     * @return the link's descriptor
     */
    static int link(int program, Pointer path, long offset, int pid) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        Pointer offsets = zeroed(Long.BYTES);
        try {
            offsets.setLong(0, offset);
            attr.setInt(0, program);
            attr.setInt(8, TRACE_UPROBE_MULTI);
            attr.setLong(16, Pointer.nativeValue(path));
            attr.setLong(24, Pointer.nativeValue(offsets));
            attr.setInt(48, 1);
            attr.setInt(56, pid);
            int link = bpf(LINK_CREATE, attr);
            if (link < 0) {
                throw new LinuxException("bpf(BPF_LINK_CREATE)", LibC.errno());
            }
            return link;
        } finally {
            free(attr);
            free(offsets);
        }
    }

    /** Attaches a program to the tracepoint that it was loaded for. */
    static int open(int program) throws LinuxException {
        Pointer attr = zeroed(ATTR_BYTES);
        try {
            attr.setInt(8, program);
            int link = bpf(RAW_TRACEPOINT_OPEN, attr);
            if (link < 0) {
                throw new LinuxException("bpf(BPF_RAW_TRACEPOINT_OPEN)", LibC.errno());
            }
            return link;
        } finally {
            free(attr);
        }
    }

    private static LinuxException refused(int errno, String log) {
        String[] lines = log.strip().split("\n");
        StringBuilder last = new StringBuilder();
        for (int i = Math.max(0, lines.length - LOG_LINES); i < lines.length; i++) {
            last.append(last.length() == 0 ? "" : "; ").append(lines[i].strip());
        }
        String call = "bpf(BPF_PROG_LOAD)";
        return new LinuxException(last.length() == 0 ? call : call + ", the verifier says: " + last + ",", errno);
    }

    private static int bpf(int command, Pointer attr) {
        return (int) BpfLibC.syscall(BpfNumbers.current().bpf(), command, Pointer.nativeValue(attr), ATTR_BYTES, 0, 0);
    }

    /** Zeroed native memory, released by {@link #free}. */
    static Pointer zeroed(int bytes) {
        Pointer memory = new Pointer(Native.malloc(bytes));
        memory.setMemory(0, bytes, (byte) 0);
        return memory;
    }

    static void free(Pointer memory) {
        Native.free(Pointer.nativeValue(memory));
    }
}
