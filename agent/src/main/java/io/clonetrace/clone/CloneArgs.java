package io.clonetrace.clone;

/** Offsets in bytes within {@code struct clone_args}, the argument of clone3 (linux/sched.h; clone(2)). */
public final class CloneArgs {
    public static final int FLAGS = 0;
    public static final int CHILD_TID = 16;
    public static final int EXIT_SIGNAL = 32;
    public static final int STACK = 40;
    public static final int STACK_SIZE = 48;
    public static final int TLS = 56;

    /** CLONE_ARGS_SIZE_VER0, as Linux 5.3 introduced it: the least that the kernel accepts. */
    public static final int SIZE_VER0 = 64;

    /** CLONE_ARGS_SIZE_VER2, since Linux 5.7: what libc passes. */
    public static final int SIZE_VER2 = 88;

    private CloneArgs() {}
}
