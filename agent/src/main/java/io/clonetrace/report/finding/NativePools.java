package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A native library has more threads than there are processors: in one pool, or because several pools were made, as by
 * several sessions, databases or copies of the library.
 */
final class NativePools {
    /** What is made in one call follows within this, on a busy machine too; nanoseconds. */
    private static final long TOGETHER = 100_000_000;

    /** On a machine with few processors, a few more threads than these are nothing. */
    private static final int FEWEST = 4;

    /** From here on it is more than a note. */
    private static final int MANY = 8;

    private static final int TIMES = 2;
    private static final int MOST_TOLD = 4;
    private static final int MOST_SIZES = 10;
    private static final long SECOND = 1_000_000_000;

    private NativePools() {}

    /**
     * Threads that one place of a library made together.
     *
     * @param creator whose they are
     * @param threads those that were alive at the end, in the order of their starts
     */
    private record Pool(Creator creator, List<ThreadRow> threads) {}

    /**
     * All live threads of a library.
     *
     * @param pools those of two threads or more: a single thread is no pool
     */
    private record Library(String name, List<Creator> creators, List<Pool> pools, List<ThreadRow> threads) {
        static Library of(String name, List<Creator> creators) {
            List<Pool> all = creators.stream()
                    .flatMap(creator -> NativePools.pools(creator).stream())
                    .sorted(Comparator.comparingLong(pool -> pool.threads.get(0).started()))
                    .toList();
            return new Library(
                    name,
                    creators,
                    all.stream().filter(pool -> pool.threads.size() > 1).toList(),
                    all.stream().flatMap(pool -> pool.threads.stream()).toList());
        }

        Creator largest() {
            return creators.stream()
                    .max(Comparator.comparingLong(creator -> creator.tally().alive()))
                    .orElseThrow();
        }
    }

    /** One pool that has more threads than there are processors. */
    static final class Size implements Rule {
        @Override
        public String name() {
            return "native-pool-size";
        }

        @Override
        public String description() {
            return "A native library has more threads than there are processors.";
        }

        @Override
        public List<Finding> findings(Jvm jvm) {
            return libraries(jvm).stream()
                    .filter(library -> library.pools.size() <= 1)
                    .map(library -> finding(
                            name(),
                            jvm,
                            library,
                            library.name + " has " + count(library.threads().size()) + " live threads on "
                                    + processors(jvm) + ".",
                            places(library.creators)))
                    .toList();
        }
    }

    /** Several pools that together have more. */
    static final class Several implements Rule {
        @Override
        public String name() {
            return "native-pools";
        }

        @Override
        public String description() {
            return "A native library has several pools, with more threads than there are processors.";
        }

        @Override
        public List<Finding> findings(Jvm jvm) {
            return libraries(jvm).stream()
                    .filter(library -> library.pools.size() > 1)
                    .map(library -> finding(
                            name(),
                            jvm,
                            library,
                            library.name + " has " + count(library.pools.size()) + " pools, with "
                                    + count(library.threads().size()) + " live threads on " + processors(jvm) + ".",
                            places(library.pools.stream()
                                            .map(Pool::creator)
                                            .distinct()
                                            .toList())
                                    + sizes(library.pools)))
                    .toList();
        }

        /** A sentence on how many threads each has. */
        private static String sizes(List<Pool> pools) {
            String sizes = pools.stream()
                    .limit(MOST_SIZES)
                    .map(pool -> count(pool.threads.size()))
                    .collect(Collectors.joining(", "));
            long first = pools.get(0).threads.get(0).started();
            long last = pools.get(pools.size() - 1).threads.get(0).started();
            return " They have " + sizes + (pools.size() > MOST_SIZES ? ", ..." : "") + " threads"
                    + (first > 0 && last - first >= SECOND
                            ? "; the last was made " + seconds((last - first) / (double) SECOND) + " after the first."
                            : ".");
        }
    }

    /** A sentence on where those that are alive were made. */
    private static String places(List<Creator> all) {
        List<Creator> living =
                all.stream().filter(creator -> creator.tally().alive() > 0).toList();
        List<Creator> creators = living.isEmpty() ? all : living;
        if (creators.size() == 1) {
            return "They were made at " + creators.get(0).label() + ".";
        }
        String places = creators.stream()
                .sorted(Comparator.comparingLong(creator -> -creator.tally().alive()))
                .limit(MOST_TOLD)
                .map(creator -> count(creator.tally().alive()) + " at " + creator.label())
                .collect(Collectors.joining("; "));
        return places.replaceFirst(" at ", " were made at ")
                + (creators.size() > MOST_TOLD
                        ? "; the others at " + count(creators.size() - MOST_TOLD) + " more places."
                        : ".");
    }

    private static String processors(Jvm jvm) {
        long processors = jvm.counters().processors();
        return processors == 1 ? "1 processor" : count(processors) + " processors";
    }

    /** Those that have more live threads than there are processors, the most first; no threads that a leak covers. */
    private static List<Library> libraries(Jvm jvm) {
        long processors = jvm.counters().processors();
        if (processors <= 0) {
            return List.of();
        }
        return jvm.derived().once(NativePools.class, () -> large(jvm, processors));
    }

    private static List<Library> large(Jvm jvm, long processors) {
        Map<String, List<Creator>> byLibrary = new LinkedHashMap<>();
        Examination.of(jvm).suspects(Cause.NONE).stream()
                .flatMap(suspect -> suspect.creator().stream())
                .filter(creator -> creator.kind() == TaskKind.NATIVE && !NativeChain.isBetween(creator.site()))
                .forEach(creator -> byLibrary
                        .computeIfAbsent(creator.site().type(), name -> new ArrayList<>())
                        .add(creator));
        return byLibrary.entrySet().stream()
                .map(library -> Library.of(library.getKey(), library.getValue()))
                .filter(library -> library.threads().size() > processors
                        && library.threads().size() >= FEWEST)
                .sorted(Comparator.comparingInt(library -> -library.threads().size()))
                .toList();
    }

    /** The live threads that it made, those together that it made in one go. */
    private static List<Pool> pools(Creator creator) {
        List<Pool> pools = new ArrayList<>();
        List<ThreadRow> alive = creator.threads().stream()
                .filter(row -> row.life() == Liveness.ALIVE)
                .sorted(Comparator.comparingLong(ThreadRow::started))
                .toList();
        ThreadRow before = null;
        for (ThreadRow row : alive) {
            if (before == null
                    || row.started() - before.started() > TOGETHER
                    || !row.nativeStack().equals(before.nativeStack())) {
                pools.add(new Pool(creator, new ArrayList<>()));
            }
            pools.get(pools.size() - 1).threads.add(row);
            before = row;
        }
        return pools;
    }

    private static Finding finding(String rule, Jvm jvm, Library library, String summary, String evidence) {
        List<ThreadRow> threads = library.threads();
        Tally tally = Tally.of(threads);
        long processors = jvm.counters().processors();
        Creator largest = library.largest();
        Optional<Frame> site = Optional.of(largest.site());
        return new Finding(
                rule,
                threads.size() >= Math.max(MANY, TIMES * processors) ? Severity.WARNING : Severity.NOTE,
                summary,
                evidence + Suspect.memory(tally),
                NativeLibrary.of(largest.site())
                                .map(NativeLibrary::advice)
                                .orElse("The library's documentation may say how to set the number of its threads.")
                        + " Computing is not faster with more threads than processors; work that waits may be.",
                Map.of(
                        "alive",
                        (long) threads.size(),
                        "processors",
                        processors,
                        "pools",
                        (long) library.pools.size(),
                        "reserved",
                        tally.reserved(),
                        "touched",
                        tally.touched()),
                new Subject(
                        site,
                        Optional.of(largest.trace()),
                        NameCount.of(threads).stream().map(NameCount::pattern).toList(),
                        threads));
    }
}
