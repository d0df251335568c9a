package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;

/**
 * The beginning of a line behind its leader: {@code clone3(} or {@code <... clone3 resumed>}.
 *
 * @param syscall one of the four calls; no other makes a CallLine
 * @param resumed whether this is the second half of a call
 * @param textStart where the arguments, or their second half, begin
 */
record CallLine(CloneSyscall syscall, boolean resumed, int textStart) {
    private static final String RESUMED = "<... ";
    private static final CloneSyscall[] SYSCALLS = CloneSyscall.values();
    private static final String RESUMED_END = " resumed>";

    /** Reads what stands at {@code start}. */
    static Optional<CallLine> at(String line, int start) {
        boolean resumed = line.startsWith(RESUMED, start);
        int name = resumed ? start + RESUMED.length() : start;
        String behind = resumed ? RESUMED_END : "(";
        for (CloneSyscall syscall : SYSCALLS) {
            int end = name + syscall.syscallName().length();
            if (line.startsWith(syscall.syscallName(), name) && line.startsWith(behind, end)) {
                return Optional.of(new CallLine(syscall, resumed, end + behind.length()));
            }
        }
        return Optional.empty();
    }
}
