package io.clonetrace.micro;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.concurrent.TimeUnit;

/** The clone3 of glibc's pthread_create for a Java thread of 1 MB, as a source reports it. */
final class PthreadClone {
    private static final long FLAGS = 0x3d0f00;
    private static final long STACK_SIZE = 0xfff80;
    private static final long FIRST_TLS = 0x7f00_0000_06c0L;

    private PthreadClone() {}

    /** The tls of a thread: every one has its own here. */
    static long tls(int tid) {
        return FIRST_TLS + tid * 4096L;
    }

    static CloneCall of(int parent, int tid, long millis) {
        long tls = tls(tid);
        return new CloneCall(
                CloneSyscall.CLONE3,
                parent,
                tid,
                null,
                FLAGS,
                0,
                tls - STACK_SIZE,
                STACK_SIZE,
                tls,
                tls + 0x2d0,
                TimeUnit.MILLISECONDS.toNanos(millis),
                System.nanoTime(),
                null,
                CloneCall.UNKNOWN,
                CloneCall.UNKNOWN,
                1);
    }
}
