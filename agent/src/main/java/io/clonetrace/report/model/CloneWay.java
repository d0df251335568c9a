package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneProfile;
import java.util.Optional;

/**
 * How a task was made, and for whom.
 *
 * @param owner a kind of task, or a program's name
 * @param syscall the kernel's name of the call; null if not observed
 * @param flags the clone flags; {@link CloneCall#UNKNOWN} if not observed
 * @param error the errno's name if the kernel refused, or null
 */
public record CloneWay(String owner, String syscall, long flags, String error) {
    /** The owner of a clone whose kind could not be observed. */
    public static final String UNKNOWN_KIND = "unknown";

    public boolean flagsObserved() {
        return flags != CloneCall.UNKNOWN;
    }

    /** Which library function passes exactly these flags, for people; empty for none that is known. */
    public Optional<String> profile() {
        return flagsObserved() ? CloneProfile.named(flags).map(CloneProfile::label) : Optional.empty();
    }
}
