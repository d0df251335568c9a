package io.clonetrace.linux.file;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/** The functions of the C library that a client of a socket calls, by JNA's direct mapping as in {@link LibC}. */
final class SocketLibC {
    static {
        JnaLibrary.register(SocketLibC.class, "libc.so.6");
    }

    private SocketLibC() {}

    /** socket(2). */
    static native int socket(int domain, int type, int protocol);

    /** connect(2). */
    static native int connect(int fd, byte[] address, int length);

    /** getsockopt(2). */
    static native int getsockopt(int fd, int level, int name, int[] value, int[] bytes);

    /** send(2). */
    static native long send(int fd, byte[] bytes, long count, int flags);

    /** recv(2). */
    static native long recv(int fd, byte[] bytes, long count, int flags);

    /** poll(2). */
    static native int poll(int[] descriptors, long count, int milliseconds);
}
