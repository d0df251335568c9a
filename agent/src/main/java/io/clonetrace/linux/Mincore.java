package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Counts this process's pages in memory by mincore(2), which every kernel has; huge pages are not told apart. */
public final class Mincore {
    /** One byte a page: 16 MiB of stack a call, where pages have 4 KiB. */
    private static final int PAGES = 4096;

    private static final long PAGE = MappedPages.pageSize();

    private Mincore() {}

    /** Direct mapping: see {@link LibC}. */
    private static final class Calls {
        static {
            Native.register(Calls.class, "libc.so.6");
        }

        static native int mincore(long address, long length, long vector);
    }

    /**
     * Bytes of {@code [from, to)} that are in memory. Both are multiples of the page size.
     *
     * @throws LinuxException ENOMEM if not all of it is mapped
     */
    public static long present(long from, long to) throws LinuxException {
        long vector = Native.malloc(PAGES);
        try {
            Pointer bytes = new Pointer(vector);
            long present = 0;
            for (long at = from; at < to; at += PAGES * PAGE) {
                long length = Math.min(to - at, PAGES * PAGE);
                if (Calls.mincore(at, length, vector) != 0) {
                    throw new LinuxException("mincore of " + length + " bytes", Native.getLastError());
                }
                for (byte page : bytes.getByteArray(0, (int) (length / PAGE))) {
                    present += page & 1;
                }
            }
            return present * PAGE;
        } finally {
            Native.free(vector);
        }
    }
}
