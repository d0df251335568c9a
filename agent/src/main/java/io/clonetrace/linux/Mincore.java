package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Counts this process's pages in memory by mincore(2), which every kernel has; huge pages are not told apart. */
public final class Mincore {
    /** One byte a page: 16 MiB of stack a call, where pages have 4 KiB. */
    private static final int PAGES = 4096;

    private static final int ROOM = PAGES + Long.BYTES;

    private static final long PAGE = MappedPages.pageSize();

    /** Of each of eight bytes: what else mincore(2) may say of a page is not defined. */
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

    private static final Kept<Pointer> VECTORS = new Kept<>(8);

    private Mincore() {}

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            Native.register(Calls.class, "libc.so.6");
        }

        static native int mincore(long address, long length, long vector);
    }

    /**
     * Bytes of {@code [from, to)} that are in memory. Both are multiples of the page size. Allocates nothing in the
     * heap.
     *
     * @throws LinuxException ENOMEM if not all of it is mapped
     */
    public static long present(long from, long to) throws LinuxException {
        Pointer kept = VECTORS.take();
        Pointer vector = kept == null ? new Pointer(Native.malloc(ROOM)) : kept;
        try {
            long present = 0;
            for (long at = from; at < to; at += PAGES * PAGE) {
                long length = Math.min(to - at, PAGES * PAGE);
                present += count(vector, at, length);
            }
            return present * PAGE;
        } finally {
            if (!VECTORS.give(vector)) {
                Native.free(Pointer.nativeValue(vector));
            }
        }
    }

    private static long count(Pointer vector, long at, long length) throws LinuxException {
        long bytes = length / PAGE;
        // What lies behind the last byte is counted with it, eight at a time.
        vector.setLong(bytes / Long.BYTES * Long.BYTES, 0);
        if (Calls.mincore(at, length, Pointer.nativeValue(vector)) != 0) {
            throw new LinuxException("mincore of " + length + " bytes", Native.getLastError());
        }
        long present = 0;
        for (long i = 0; i < bytes; i += Long.BYTES) {
            present += Long.bitCount(vector.getLong(i) & LOWEST_BITS);
        }
        return present;
    }
}
