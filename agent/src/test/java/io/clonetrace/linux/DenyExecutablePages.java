package io.clonetrace.linux;

import io.clonetrace.linux.jna.LibC;

/**
 * Makes the kernel deny new executable pages to this process for ever, as SELinux's execmem does (prctl(2), Linux 6.3).
 */
public final class DenyExecutablePages {
    private static final int PR_SET_MDWE = 65; // linux/prctl.h
    private static final long PR_MDWE_REFUSE_EXEC_GAIN = 1;

    private DenyExecutablePages() {}

    /** Whether the kernel does. What JNA binds later may fail, for it needs executable pages too. */
    public static boolean now() {
        return LibC.prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0;
    }
}
