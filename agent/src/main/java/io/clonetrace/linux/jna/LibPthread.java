package io.clonetrace.linux.jna;

/**
 * The calls about the calling thread's stack, by JNA's direct mapping. Before glibc 2.34 they are in a library apart.
 */
public final class LibPthread {
    static {
        JnaLibrary.register(LibPthread.class, "libpthread.so.0");
    }

    private LibPthread() {}

    /** pthread_self(3). */
    public static native long pthread_self();

    /** pthread_getattr_np(3): 0 or an error number. */
    public static native int pthread_getattr_np(long thread, byte[] attributes);

    /** pthread_attr_getstack(3): lowest address and bytes. */
    public static native int pthread_attr_getstack(byte[] attributes, long[] lowest, long[] size);

    /** pthread_attr_getguardsize(3). */
    public static native int pthread_attr_getguardsize(byte[] attributes, long[] size);

    /** pthread_attr_destroy(3). */
    public static native int pthread_attr_destroy(byte[] attributes);
}
