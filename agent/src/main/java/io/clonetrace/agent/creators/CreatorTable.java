package io.clonetrace.agent.creators;

import io.clonetrace.clone.TaskKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The creators of one kind of threads, by name. There are no more than a bound: the threads of further ones count for
 * one creator that stands for all others, to which the session's thread adds creators that have no thread left.
 */
final class CreatorTable {
    /** The longest name that is kept; a class's may have 65,535 characters. */
    private static final int LONGEST = 512;

    /** Part of the bound from which on creators without threads are retired, and the part that then stays. */
    private static final double FULL = 0.75;

    private static final double HALF = 0.5;

    private final ConcurrentMap<String, Creator> creators = new ConcurrentHashMap<>();
    private final TaskKind kind;
    private final int most;
    private final Creator others;

    /** A creator with its counts at one moment: those that it is sorted by must not change meanwhile. */
    record Ranked(Creator creator, long alive, long created) {
        static final Comparator<Ranked> FEWEST_ALIVE_FIRST = Comparator.comparingLong(Ranked::alive)
                .thenComparingLong(Ranked::created)
                .thenComparing(ranked -> ranked.creator.name(), Comparator.reverseOrder());

        static Ranked of(Creator creator) {
            return new Ranked(creator, creator.alive(), creator.created());
        }
    }

    /** @param others the name that stands for creators beyond the bound */
    CreatorTable(TaskKind kind, int most, String others) {
        this.kind = kind;
        this.most = most;
        this.others = new Creator(kind, others);
    }

    /** The creator of that name, which now holds one more thread. */
    Creator hold(String full) {
        String name = full.length() <= LONGEST ? full : full.substring(0, LONGEST - 3) + "...";
        while (true) {
            Creator creator = creators.get(name);
            if (creator == null) {
                creator = creators.size() < most ? added(name) : others;
            }
            if (creator.hold()) {
                return creator;
            }
            creators.remove(name, creator);
        }
    }

    private Creator added(String name) {
        Creator fresh = new Creator(kind, name);
        Creator known = creators.putIfAbsent(name, fresh);
        return known == null ? fresh : known;
    }

    /**
     * Where there are many, retires those that have no threads, the ones that have created the fewest first. Called by
     * the session's thread.
     */
    void makeRoom() {
        int excess = creators.size() - (int) (most * HALF);
        if (creators.size() < most * FULL) {
            return;
        }
        creators.values().stream()
                .map(Ranked::of)
                .filter(ranked -> ranked.alive == 0)
                .sorted(Ranked.FEWEST_ALIVE_FIRST)
                .limit(excess)
                .map(Ranked::creator)
                .filter(Creator::retire)
                .forEach(creator -> {
                    creators.remove(creator.name(), creator);
                    others.countCreated(creator.created());
                });
    }

    /** All of them, with the one for the others if it has any. */
    List<Creator> all() {
        List<Creator> all = new ArrayList<>(creators.values());
        if (others.created() > 0 || others.alive() > 0) {
            all.add(others);
        }
        return all;
    }

    /** The one with that name; null if there is none. */
    Creator get(String name) {
        return name.equals(others.name()) ? others : creators.get(name);
    }
}
