package io.clonetrace.linux.bpf;

import io.clonetrace.linux.Processor;

/**
 * Numbers of system calls, of which the C library does not wrap the first two.
 *
 * @param bpf bpf(2)
 * @param perfEventOpen perf_event_open(2)
 * @param socketpair socketpair(2)
 * @param sendmsg sendmsg(2)
 */
record BpfNumbers(int bpf, int perfEventOpen, int socketpair, int sendmsg) {
    private static final BpfNumbers X86_64 = new BpfNumbers(321, 298, 53, 46); // asm/unistd_64.h
    private static final BpfNumbers AARCH64 = new BpfNumbers(280, 241, 199, 211); // asm-generic/unistd.h

    /** The numbers for this JVM's processor, which must be a supported one. */
    static BpfNumbers current() {
        return switch (Processor.current().orElseThrow()) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
    }
}
