package io.clonetrace.linux.bpf;

import com.sun.jna.Pointer;
import java.util.OptionalLong;

/**
 * Raises this process's RLIMIT_MEMLOCK while maps and programs are made: before Linux 5.11 the kernel counts their
 * memory as locked, and compares it with the limit only then. Closing it sets the limit that was there before.
 */
public final class LockedMemoryLimit implements AutoCloseable {
    private static final int RLIMIT_MEMLOCK = 8; // asm-generic/resource.h
    private static final int STRUCT_BYTES = 16; // two words: the soft and the hard limit
    private static final long INFINITY = -1;

    private final Pointer before;
    private final long now;

    private LockedMemoryLimit(Pointer before, long now) {
        this.before = before;
        this.now = now;
    }

    /** Raises the limit as far as this process may: with CAP_SYS_RESOURCE there is none, else it is the hard limit. */
    public static LockedMemoryLimit raise() {
        Pointer before = Bpf.zeroed(STRUCT_BYTES);
        if (BpfLibC.prlimit(0, RLIMIT_MEMLOCK, 0, Pointer.nativeValue(before)) != 0) {
            before.setLong(0, INFINITY); // a seccomp filter forbids it; then nothing is known of a limit
        }
        long soft = before.getLong(0);
        long hard = before.getLong(Long.BYTES);
        long now = soft;
        if (soft != INFINITY && set(INFINITY, INFINITY)) {
            now = INFINITY;
        } else if (soft != INFINITY && soft != hard && set(hard, hard)) {
            now = hard;
        }
        return new LockedMemoryLimit(before, now);
    }

    private static boolean set(long soft, long hard) {
        Pointer limits = Bpf.zeroed(STRUCT_BYTES);
        try {
            limits.setLong(0, soft);
            limits.setLong(Long.BYTES, hard);
            return BpfLibC.prlimit(0, RLIMIT_MEMLOCK, Pointer.nativeValue(limits), 0) == 0;
        } finally {
            Bpf.free(limits);
        }
    }

    /** The soft limit in bytes as it is now; empty if there is none. */
    public OptionalLong bytes() {
        return now == INFINITY ? OptionalLong.empty() : OptionalLong.of(now);
    }

    @Override
    public void close() {
        if (now != before.getLong(0)) {
            BpfLibC.prlimit(0, RLIMIT_MEMLOCK, Pointer.nativeValue(before), 0);
        }
        Bpf.free(before);
    }
}
