package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import java.util.Optional;

/**
 * One way of making a task: what came of it, and what was seen of it in the kernel.
 *
 * @param how the way's name
 * @param outcome this JVM's own word
 * @param call the source's record of the clone; empty if there was none, or it was not observed
 * @param source the source that observed; empty if none did
 */
public record Comparison(String how, Outcome outcome, Optional<CloneCall> call, Optional<String> source) {

    /** Whether a clone was made that no source saw, or no source could have seen one. */
    boolean isUnobserved() {
        if (call.isPresent()) {
            return false;
        }
        boolean made =
                outcome instanceof Outcome.Made || outcome instanceof Outcome.Carried carried && carried.carrierIsNew();
        return made || source.isEmpty();
    }

    /**
     * Whether the child ran with its creator's thread pointer: by its own word, else by the flags that were seen; empty
     * without either.
     */
    Optional<Boolean> sharesThreadPointer() {
        if (outcome instanceof Outcome.Made made) {
            Optional<Boolean> own = made.sharesThreadPointer();
            return own.isPresent()
                    ? own
                    : call.filter(seen -> seen.flags() != CloneCall.UNKNOWN)
                            .map(seen -> seen.has(CloneFlag.CLONE_VM) && !seen.has(CloneFlag.CLONE_SETTLS));
        }
        return Optional.empty();
    }

    /** Whether that lasts only until the child runs another program, while its creator is suspended. */
    boolean untilExec() {
        return call.map(seen -> seen.has(CloneFlag.CLONE_VFORK)).orElse(false);
    }

    /** Whether printf(3) is safe in the child; empty if that is not known. */
    Optional<Boolean> printfIsSafe() {
        if (outcome instanceof Outcome.Made made && made.child().isPresent()) {
            return made.printfIsSafe();
        }
        // A copy of the memory is not safe either; see Outcome.Made.
        return sharesThreadPointer()
                .map(shares -> !shares
                        && call.map(seen -> seen.has(CloneFlag.CLONE_VM)).orElse(false));
    }
}
