package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.MissingFlag;
import io.clonetrace.report.model.CloneTable.CloneWay;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Clone calls, counted by owner and by the way in which they were made. */
public final class CloneTable {
    /** A recording has a handful; of a hostile one the rest is counted under one row. */
    private static final int MOST_ROWS = 10_000;

    private static final CloneWay OTHER = new CloneWay("(other)", null, CloneCall.UNKNOWN, null);

    private final Map<CloneWay, CloneRow> rows = new LinkedHashMap<>();
    private CloneRow last;

    /** The table of all these together. */
    public static CloneTable of(Iterable<CloneTable> tables) {
        CloneTable all = new CloneTable();
        for (CloneTable table : tables) {
            table.rows.forEach((way, row) -> all.row(way).add(row));
        }
        return all;
    }

    /**
     * Adds a {@code clonetrace.Clone}, which may stand for several calls that were refused; answers the one object for
     * all that were made like it.
     */
    CloneWay add(Event event) {
        String kind = event.text("kind");
        CloneRow row = row(
                kind == null ? CloneWay.UNKNOWN_KIND : kind,
                event.text("syscall"),
                event.number("flags"),
                event.text("error"));
        row.add(event.number("stackSize"), Math.max(1, event.number("attempts")));
        return row.way();
    }

    /** Adds a call that another program made, as a trace of it shows. */
    public void addProgram(String program, CloneCall call) {
        row(new CloneWay(program, call.syscallName(), call.flags(), call.error()))
                .add(call.stackSize(), call.attempts());
    }

    /** Adds calls that another program made, of which a trace shows only how many. */
    public void addProgram(String program, CloneSyscall syscall, long calls) {
        row(new CloneWay(program, syscall.syscallName(), CloneCall.UNKNOWN, null))
                .add(CloneCall.UNKNOWN, calls);
    }

    private CloneRow row(String owner, String syscall, long flags, String error) {
        // Most are made like the one before.
        if (last == null || !last.way().is(owner, syscall, flags, error)) {
            last = row(new CloneWay(owner, syscall, flags, error));
        }
        return last;
    }

    private CloneRow row(CloneWay way) {
        CloneRow known = rows.get(way);
        return known != null ? known : rows.computeIfAbsent(rows.size() < MOST_ROWS ? way : OTHER, CloneRow::new);
    }

    /** How many calls there are. */
    public long calls() {
        return rows.values().stream().mapToLong(CloneRow::count).sum();
    }

    /** The rows of each owner together, in the order in which owners first appeared, most calls first. */
    public List<CloneRow> rows() {
        List<CloneRow> sorted = new ArrayList<>();
        Map<String, List<CloneRow>> byOwner = new LinkedHashMap<>();
        rows.values()
                .forEach(row -> byOwner.computeIfAbsent(row.way().owner(), owner -> new ArrayList<>())
                        .add(row));
        for (List<CloneRow> owned : byOwner.values()) {
            owned.sort(Comparator.comparingLong(CloneRow::count).reversed());
            sorted.addAll(owned);
        }
        return sorted;
    }

    /** The distinct sets of flags, in the order of {@link #rows}. */
    public List<FlagSet> flagSets() {
        Map<Long, Long> calls = new LinkedHashMap<>();
        rows().stream()
                .filter(row -> row.way().flagsObserved())
                .forEach(row -> calls.merge(row.way().flags(), row.count(), Long::sum));
        return calls.entrySet().stream()
                .map(set -> new FlagSet(set.getKey(), set.getValue()))
                .toList();
    }

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

        boolean is(String otherOwner, String otherSyscall, long otherFlags, String otherError) {
            return flags == otherFlags
                    && owner.equals(otherOwner)
                    && Objects.equals(syscall, otherSyscall)
                    && Objects.equals(error, otherError);
        }

        public boolean flagsObserved() {
            return flags != CloneCall.UNKNOWN;
        }

        /** Which library function passes exactly these flags, for people; empty for none that is known. */
        public Optional<String> profile() {
            return flagsObserved() ? CloneProfile.named(flags).map(CloneProfile::label) : Optional.empty();
        }
    }

    /** Clone calls of one owner that were made in the same way: how many, and on stacks of which size. */
    public static final class CloneRow {
        /** More different sizes than this are only counted. */
        private static final int MOST_SIZES = 1_000;

        private final CloneWay way;
        private final Map<Long, Calls> stackSizes = new HashMap<>();
        /** Most have the size of the one before. */
        private long lastSize;

        private Calls last;
        private long count;

        CloneRow(CloneWay way) {
            this.way = way;
        }

        void add(long stackSize, long calls) {
            count += calls;
            if (last == null || stackSize != lastSize) {
                lastSize = stackSize;
                last = callsOf(stackSize);
            }
            last.number += calls;
        }

        void add(CloneRow other) {
            count += other.count;
            other.stackSizes.forEach((size, calls) -> callsOf(size).number += calls.number);
        }

        /** A number of its own, which is not kept, if there are too many sizes. */
        private Calls callsOf(long stackSize) {
            Calls calls = stackSizes.get(stackSize);
            if (calls == null) {
                calls = new Calls();
                if (stackSizes.size() < MOST_SIZES) {
                    stackSizes.put(stackSize, calls);
                }
            }
            return calls;
        }

        public CloneWay way() {
            return way;
        }

        public long count() {
            return count;
        }

        /** The size in bytes that most of the calls passed; {@link CloneCall#UNKNOWN} if none passed one. */
        public long usualStackSize() {
            return stackSizes.entrySet().stream()
                    .max(Comparator.comparingLong((Map.Entry<Long, Calls> size) -> size.getValue().number)
                            .thenComparing(Map.Entry::getKey))
                    .map(Map.Entry::getKey)
                    .orElse((long) CloneCall.UNKNOWN);
        }

        /** Whether all calls passed the same size. */
        public boolean oneStackSize() {
            return stackSizes.size() <= 1;
        }

        private static final class Calls {
            private long number;
        }
    }

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
}
