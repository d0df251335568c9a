package io.clonetrace.cli.doctor;

import io.clonetrace.stack.ThreadLimit;
import io.clonetrace.stack.ThreadLimit.Unit;
import io.clonetrace.stack.ThreadLimits;
import io.clonetrace.stack.ThreadNeeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How many more threads a process can make, and what stops it then; the nearest limit first. */
final class LimitChecks {
    private static final String NAME = "more threads";
    private static final long KILO = 1024;

    /** HotSpot's ThreadStackSize on both processors, unless -Xss says otherwise. */
    private static final ThreadNeeds JAVA_THREAD = ThreadNeeds.ofStack(1024 * KILO);

    private LimitChecks() {}

    /** @param target the process's folder in /proc */
    static List<Ability> of(Path target) {
        return rows(ThreadLimits.of(target).read(JAVA_THREAD));
    }

    static List<Ability> rows(List<ThreadLimit> limits) {
        List<Ability> rows = new ArrayList<>();
        Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, JAVA_THREAD);
        rows.add(nearest.map(LimitChecks::fits).orElseGet(() -> Ability.open(NAME, "no limit is known", "")));
        List<String> unlimited = new ArrayList<>();
        for (ThreadLimit limit : limits) {
            if (limit.room(JAVA_THREAD) == ThreadLimit.UNLIMITED) {
                unlimited.add(limit.name());
            } else {
                rows.add(row(limit));
            }
        }
        if (!unlimited.isEmpty()) {
            rows.add(Ability.yes("no limit", unlimited.stream().distinct().collect(Collectors.joining(", ")), ""));
        }
        return rows;
    }

    private static Ability fits(ThreadLimit nearest) {
        if (nearest.isReached(JAVA_THREAD)) {
            return Ability.no(
                    NAME,
                    "not one: " + nearest.name() + " is reached",
                    nearest.location(),
                    "raise " + nearest.name() + ", or make fewer threads");
        }
        return Ability.yes(
                NAME,
                grouped(nearest.room(JAVA_THREAD)) + " with a stack of 1 MiB, then " + nearest.name() + " stops them",
                nearest.location());
    }

    private static Ability row(ThreadLimit limit) {
        String numbers = amount(limit.used(), limit.unit()) + " of " + amount(limit.max(), limit.unit())
                + unit(limit.unit()) + " in use";
        String note = limit.note() == null ? "" : "; " + limit.note();
        long room = limit.room(JAVA_THREAD);
        if (room == ThreadLimit.UNKNOWN) {
            String found = limit.max() == ThreadLimit.UNKNOWN ? "not known" : numbers;
            return Ability.open(limit.name(), found + note, limit.location());
        }
        if (room == 0) {
            return Ability.no(limit.name(), numbers + note, limit.location(), "");
        }
        return Ability.yes(limit.name(), numbers + ": room for " + grouped(room) + note, limit.location());
    }

    private static String amount(long count, Unit unit) {
        return count == ThreadLimit.UNKNOWN ? "?" : grouped(isBytes(unit) ? count / KILO : count);
    }

    private static String unit(Unit unit) {
        return isBytes(unit) ? " KiB" : unit == Unit.TASKS ? " tasks" : " mappings";
    }

    private static boolean isBytes(Unit unit) {
        return unit == Unit.ADDRESS_SPACE || unit == Unit.MEMORY;
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
