package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The kernel's clocks (clock_gettime(2)), in nanoseconds. Not thread-safe. */
public final class Clocks {
    private static final int CLOCK_REALTIME = 0; // linux/time.h
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long address = Native.malloc(2L * Long.BYTES);
    private final Pointer timespec = new Pointer(address);

    private long ahead;
    private long aheadRead;

    /** Since the epoch. */
    public long realtime() {
        return read(CLOCK_REALTIME);
    }

    /** Since an arbitrary moment, usually the boot; never set. */
    public long monotonic() {
        return read(CLOCK_MONOTONIC);
    }

    /** Since the boot, time of suspension included: the clock of a task's start in /proc (proc_pid_stat(5)). */
    public long boottime() {
        return read(CLOCK_BOOTTIME);
    }

    /**
     * The same as {@link #realtime}, without a call into the C library: HotSpot's System.nanoTime is CLOCK_MONOTONIC
     * (os_linux.cpp), and the offset of the wall clock is read again each second.
     */
    public long realtimeOf(long nanoTime) {
        if (nanoTime - aheadRead > NANOS_PER_SECOND || aheadRead == 0) {
            ahead = realtime() - System.nanoTime();
            aheadRead = nanoTime;
        }
        return nanoTime + ahead;
    }

    /** Frees the memory; no method may be called afterwards. */
    public void close() {
        Native.free(address);
    }

    private long read(int clock) {
        ProcessLibC.clock_gettime(clock, address);
        return timespec.getLong(0) * NANOS_PER_SECOND + timespec.getLong(Long.BYTES);
    }
}
