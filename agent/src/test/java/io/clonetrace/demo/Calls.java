package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;

/** Records of a source, made up for tests. */
final class Calls {
    private Calls() {}

    static CloneCall thread(int parentTid, int childTid, long flags) {
        return call(CloneSyscall.CLONE3, parentTid, childTid, flags, 0, 0xfff80);
    }

    static CloneCall call(
            CloneSyscall syscall, int parentTid, int childTid, long flags, int exitSignal, long stackSize) {
        int unknown = CloneCall.UNKNOWN;
        return new CloneCall(
                syscall,
                parentTid,
                childTid,
                null,
                flags,
                exitSignal,
                unknown,
                stackSize,
                unknown,
                unknown,
                unknown,
                unknown,
                null,
                unknown,
                unknown,
                1);
    }
}
