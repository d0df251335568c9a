package io.clonetrace.stack;

import io.clonetrace.linux.Processor;

/** The guard that glibc makes for a thread that requests one page, as pthread_attr_init(3) and HotSpot do. */
final class GlibcGuard {
    /** ARCH_MIN_GUARD_SIZE of glibc's sysdeps/aarch64/nptl/pthreaddef.h. */
    private static final long AARCH64 = 64 << 10;

    private GlibcGuard() {}

    /** Its size in bytes on this processor, with pages of that size. */
    static long bytes(long pageSize) {
        return bytes(Processor.current().orElse(Processor.X86_64), pageSize);
    }

    static long bytes(Processor processor, long pageSize) {
        return processor == Processor.AARCH64 ? Math.max(AARCH64, pageSize) : pageSize;
    }
}
