package io.clonetrace.linux.process;

import io.clonetrace.linux.jna.JnaLibrary;

/** The version of this process's C library. */
public final class GlibcVersion {
    static {
        JnaLibrary.register(GlibcVersion.class, "libc.so.6");
    }

    private GlibcVersion() {}

    /** gnu_get_libc_version(3). */
    private static native String gnu_get_libc_version();

    /**
     * Such as {@code 2.36}.
     *
     * @throws LinkageError if JNA or the C library can't be loaded
     */
    public static String running() {
        return gnu_get_libc_version();
    }
}
