package io.clonetrace.report.finding;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An application that a class loader of its own loaded more than once, while threads of an earlier time live: the same
 * code started threads again, with another context class loader of the same class and name.
 *
 * @param loader the loaders' class and name; hostile input
 * @param loaders how many of them have live threads
 * @param creators the code that made the threads, the most of them first
 * @param threads the live threads of all these loaders but the last
 */
record Redeploy(String loader, int loaders, List<Creator> creators, List<ThreadRow> threads) {
    /** Fewer may be what a JDK's or a library's class started for itself with whatever loader was there. */
    private static final int FEWEST = 2;

    /** What one deployment starts follows sooner. */
    private static final long PAUSE = 1_000_000_000;

    /** The threads that were started with one loader. */
    private static final class Loaded {
        private final List<ThreadRow> living = new ArrayList<>();
        private final Map<Creator, Integer> creators = new IdentityHashMap<>();
        private final Set<Frame> sites = new HashSet<>();
        private long first = Long.MAX_VALUE;
        private long last;
        private Frame lastSite;

        void add(Creator creator, ThreadRow row) {
            first = Math.min(first, row.started());
            last = Math.max(last, row.started());
            if (creator.site() != lastSite) {
                lastSite = creator.site();
                sites.add(lastSite);
            }
            if (row.life() == Liveness.ALIVE) {
                living.add(row);
                creators.merge(creator, 1, Integer::sum);
            }
        }

        boolean isReplacedBy(Loaded later) {
            long shared = sites.stream().filter(later.sites::contains).count();
            return later.first - last >= PAUSE && 2 * shared >= sites.size();
        }
    }

    static List<Redeploy> of(List<Creator> creators) {
        Map<String, Map<String, Loaded>> kinds = new HashMap<>();
        for (Creator creator : creators) {
            if (creator.kind() != TaskKind.JAVA) {
                continue;
            }
            String last = null;
            Loaded loaded = null;
            for (ThreadRow row : creator.threads()) {
                String loader = row.contextLoader();
                if (loader == null || row.started() < 0) {
                    continue;
                }
                // Most have that of the one before.
                if (!loader.equals(last)) {
                    last = loader;
                    loaded = loaded(kinds, loader);
                }
                if (loaded != null) {
                    loaded.add(creator, row);
                }
            }
        }
        List<Redeploy> all = new ArrayList<>();
        kinds.forEach((kind, loaded) -> {
            Redeploy redeploy = of(kind, new ArrayList<>(loaded.values()));
            if (redeploy.threads.size() >= FEWEST) {
                all.add(redeploy);
            }
        });
        all.sort(Comparator.comparing((Redeploy one) -> -one.threads.size()).thenComparing(Redeploy::loader));
        return all;
    }

    /** What that loader loaded; null if its identity was not recorded. */
    private static Loaded loaded(Map<String, Map<String, Loaded>> kinds, String loader) {
        int identity = loader.lastIndexOf(" @");
        return identity <= 0
                ? null
                : kinds.computeIfAbsent(loader.substring(0, identity), one -> new HashMap<>())
                        .computeIfAbsent(loader, one -> new Loaded());
    }

    private static Redeploy of(String kind, List<Loaded> loaded) {
        loaded.sort(Comparator.comparing(one -> one.first));
        List<ThreadRow> left = new ArrayList<>();
        Map<Creator, Integer> creators = new IdentityHashMap<>();
        int loaders = 1;
        for (int i = 0; i < loaded.size(); i++) {
            Loaded earlier = loaded.get(i);
            if (!earlier.living.isEmpty()
                    && loaded.subList(i + 1, loaded.size()).stream().anyMatch(earlier::isReplacedBy)) {
                loaders++;
                left.addAll(earlier.living);
                earlier.creators.forEach((creator, count) -> creators.merge(creator, count, Integer::sum));
            }
        }
        List<Creator> most = creators.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Creator, Integer> one) -> -one.getValue())
                        .thenComparing(one -> one.getKey().label()))
                .map(Map.Entry::getKey)
                .toList();
        return new Redeploy(kind, loaders, most, left);
    }
}
