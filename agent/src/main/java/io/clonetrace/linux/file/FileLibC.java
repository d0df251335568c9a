package io.clonetrace.linux.file;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.jna.LibC;

/**
 * The functions of the C library that {@link Folder} and {@link Terminal} call, by JNA's direct mapping as in
 * {@link LibC}.
 */
final class FileLibC {
    static {
        JnaLibrary.register(FileLibC.class, "libc.so.6");
    }

    private FileLibC() {}

    // Variadic in C, as syscall(2) is, which for integers is the same on both processors.
    /** openat(2). */
    static native int openat(int folder, byte[] name, int flags, int mode);

    /** syscall(2), for openat2(2), for which the C library has no function. */
    static native long syscall(long number, long folder, byte[] name, long how, long size);

    /** ioctl(2) that fills a struct of shorts. */
    static native int ioctl(int fd, long request, short[] struct);

    /** mkdirat(2). */
    static native int mkdirat(int folder, byte[] name, int mode);

    /** mkfifoat(3). */
    static native int mkfifoat(int folder, byte[] name, int mode);

    /** renameat(2). */
    static native int renameat(int fromFolder, byte[] from, int toFolder, byte[] to);

    /** unlinkat(2). */
    static native int unlinkat(int folder, byte[] name, int flags);

    /** statx(2). */
    static native int statx(int folder, byte[] name, int flags, int mask, long buffer);

    /** fchown(2). */
    static native int fchown(int fd, int user, int group);

    /** fchmod(2). */
    static native int fchmod(int fd, int mode);

    /** fcntl(2) with a pointer to a struct flock; variadic in C, as openat. */
    static native int fcntl(int fd, int command, long lock);

    /** flock(2). */
    static native int flock(int fd, int operation);

    /** pread(2). */
    static native long pread(int fd, long bytes, long count, long offset);

    /** write(2). */
    static native long write(int fd, long bytes, long count);

    /** fdopendir(3): a {@code DIR *}, to which the descriptor belongs afterwards; 0 if it fails. */
    static native long fdopendir(int fd);

    /** readdir(3): a {@code struct dirent *}, 0 behind the last. */
    static native long readdir(long directory);

    /** closedir(3). */
    static native int closedir(long directory);

    /** geteuid(2). */
    static native int geteuid();
}
