package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.report.model.Amounts;

/** Numbers and places as an explanation has them. */
final class Words {
    private Words() {}

    static String amount(Resource resource, long amount) {
        if (amount == SeenLimit.UNLIMITED) {
            return "unlimited";
        }
        return resource.isInBytes() ? Amounts.size(amount) : Amounts.count(amount);
    }

    /** A place for the end of a sentence. */
    static String in(Place place) {
        return " (" + place + ")";
    }

    /** Two places: of one file, its name once. */
    static String in(Place one, Place other) {
        return one.file().equals(other.file()) && !one.equals(other)
                ? " (" + one + ", " + other.lines() + ")"
                : one.equals(other) ? in(one) : " (" + one + ", " + other + ")";
    }

    static String times(long count) {
        return count == 1 ? "once" : Amounts.count(count) + " times";
    }

    /** {@code 3 threads}. */
    static String count(long count, String one) {
        return Amounts.count(count) + " " + one + (count == 1 ? "" : "s");
    }
}
