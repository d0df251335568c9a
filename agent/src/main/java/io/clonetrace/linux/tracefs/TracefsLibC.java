package io.clonetrace.linux.tracefs;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/** The C library functions for reading tracefs, by JNA's direct mapping as in {@link LibC}. */
final class TracefsLibC {
    static {
        JnaLibrary.register(TracefsLibC.class, "libc.so.6");
    }

    private TracefsLibC() {}

    /** open(2), of a file that exists. */
    static native int open(byte[] path, int flags);

    /** read(2). */
    static native long read(int fd, long bytes, long count);
}
