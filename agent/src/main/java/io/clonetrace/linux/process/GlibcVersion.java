package io.clonetrace.linux.process;

import com.sun.jna.Pointer;
import io.clonetrace.linux.jna.JnaLibrary;

/** The version of this process's C library. */
public final class GlibcVersion {
    static {
        JnaLibrary.register(GlibcVersion.class, "libc.so.6");
    }

    private GlibcVersion() {}

    /** gnu_get_libc_version(3): the address of a text. */
    private static native long gnu_get_libc_version();

    /**
     * Such as {@code 2.36}.
     *
     * @throws LinkageError if JNA or the C library can't be loaded
     */
    public static String running() {
        return new Pointer(gnu_get_libc_version()).getString(0);
    }
}
