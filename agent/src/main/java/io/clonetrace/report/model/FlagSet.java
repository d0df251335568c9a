package io.clonetrace.report.model;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.MissingFlag;
import java.util.List;
import java.util.Optional;

/**
 * A distinct set of clone flags, and how many calls passed it.
 *
 * @param flags without the exit signal
 */
public record FlagSet(long flags, long calls) {
    /** By the names of the kernel's sched.h, unknown bits in hex, separated by {@code |}. */
    public String names() {
        return new CloneFlags(flags).names();
    }

    /** Which library function passes exactly these; empty for none that is known. */
    public Optional<String> profile() {
        return CloneProfile.named(flags).map(CloneProfile::label);
    }

    /** Whether it is what pthread_create of glibc passes. */
    public boolean isPthread() {
        return flags == CloneProfile.PTHREAD_CREATE.flags().bits();
    }

    /** Whether it makes a thread of the same process. */
    public boolean isThread() {
        return new CloneFlags(flags).has(CloneFlag.CLONE_THREAD);
    }

    /** What it lacks of those of pthread_create. */
    public List<MissingFlag> missing() {
        return MissingFlag.againstPthreadCreate(new CloneFlags(flags));
    }
}
