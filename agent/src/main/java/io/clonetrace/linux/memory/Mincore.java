package io.clonetrace.linux.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/**
 * Counts this process's pages in memory by mincore(2), which every kernel has. It does not distinguish huge pages, nor
 * a page that was swapped out from one that was never touched. For one thread at a time; a count allocates nothing.
 */
public final class Mincore implements AutoCloseable {
    /** One byte a page: 16 MiB of stack a call, with pages of 4 KiB. */
    private static final int PAGES = 4096;

    private static final int ROOM = PAGES + Long.BYTES;

    private static final long PAGE = MappedPages.pageSize();

    /** The lowest bit of each of eight bytes; mincore(2) leaves the others undefined. */
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

    private final Pointer vector = new Pointer(Native.malloc(ROOM));
    private long present;
    private long lowest;

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            JnaLibrary.register(Calls.class, "libc.so.6");
        }

        static native int mincore(long address, long length, long vector);
    }

    /**
     * Counts the pages of {@code [from, to)} in memory. Both are multiples of the page size.
     *
     * @throws LinuxException ENOMEM if not all of it is mapped
     */
    public void count(long from, long to) throws LinuxException {
        present = 0;
        lowest = PagemapScan.NONE;
        for (long at = from; at < to; at += PAGES * PAGE) {
            add(at, Math.min(to - at, PAGES * PAGE));
        }
    }

    private void add(long at, long length) throws LinuxException {
        long bytes = length / PAGE;
        // Bytes are counted eight at a time, so those after the last must be 0.
        vector.setLong(bytes / Long.BYTES * Long.BYTES, 0);
        if (Calls.mincore(at, length, Pointer.nativeValue(vector)) != 0) {
            throw new LinuxException("mincore of " + length + " bytes", Native.getLastError());
        }
        for (long i = 0; i < bytes; i += Long.BYTES) {
            long eight = vector.getLong(i) & LOWEST_BITS;
            present += Long.bitCount(eight) * PAGE;
            if (eight != 0 && lowest == PagemapScan.NONE) {
                // Both processors are little-endian.
                lowest = at + (i + Long.numberOfTrailingZeros(eight) / Byte.SIZE) * PAGE;
            }
        }
    }

    /** Bytes in memory. */
    public long present() {
        return present;
    }

    /** Address of the lowest page in memory; {@link PagemapScan#NONE} if there is none. */
    public long lowest() {
        return lowest;
    }

    @Override
    public void close() {
        Native.free(Pointer.nativeValue(vector));
    }
}
