package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.ExitSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names of library calls and programs: what they pass to the kernel. */
final class KnownCall {
    private KnownCall() {}

    /**
     * One reading for each known caller of that name; empty if the name is none. {@code vfork} is a flag's name, too,
     * and so that flag comes last; {@code VFORK} is the flag alone.
     */
    static List<Reading> named(String name) {
        Optional<CloneFlag> flag = CloneFlag.named(name);
        if (flag.isPresent() && !name.equals(name.toLowerCase(Locale.ROOT))) {
            return List.of();
        }
        List<Reading> readings = new ArrayList<>();
        CloneProfile.called(name).forEach(profile -> readings.add(Reading.of(profile)));
        UnshareProfile.called(name).forEach(profile -> readings.add(reading(profile)));
        if (!readings.isEmpty()) {
            flag.ifPresent(same -> readings.add(Reading.of(new CloneArgument(CloneFlags.of(same), 0), List.of())
                    .read("the flag " + same)));
        }
        return readings;
    }

    private static Reading reading(UnshareProfile profile) {
        return new Reading(
                profile.label(), new CloneArgument(profile.flags(), 0), Reading.Call.UNSHARE, null, List.of());
    }

    /** The known callers that pass exactly this, each with where that was read. */
    static List<String> callers(Reading reading) {
        List<String> callers = new ArrayList<>();
        if (reading.isUnshare()) {
            UnshareProfile.all(reading.unshared())
                    .forEach(profile -> callers.add(profile.label() + " [" + profile.source() + "]"));
        } else {
            reading.profiles().forEach(profile -> callers.add(profile.label() + " [" + profile.source() + "]"));
        }
        return callers;
    }

    /** A caller that passes the same flags with another exit signal; else that none is known. */
    static String nearly(Reading reading) {
        if (reading.isUnshare() || reading.argument().flags().bits() == 0) {
            return "no call that is known here";
        }
        return CloneProfile.named(reading.argument().flags().bits())
                .map(profile ->
                        "no call that is known here; " + profile.label() + " passes these flags, but the exit signal "
                                + (profile.exitSignal() == 0 ? "none" : ExitSignal.name(profile.exitSignal())))
                .orElse("no call that is known here");
    }
}
