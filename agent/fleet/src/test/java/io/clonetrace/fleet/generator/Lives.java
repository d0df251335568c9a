package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.FleetPlan.Jvm;
import io.clonetrace.fleet.generator.Template.Creation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** When each of a JVM's threads lives, in nanoseconds since its recording began, in the order of their starts. */
final class Lives {
    /** Of those that leak, and of threads of pools, which outlive the recording. */
    static final long FOR_EVER = Long.MAX_VALUE;

    private static final double SHORT_LIFE = 20e9;
    /** Of the first threads, a twentieth of them, every third is of a pool and lives on. */
    private static final int FIRST = 20;

    private static final int POOLED = 3;

    private static final int LEAKING_PERCENT = 25;

    private final long[] starts;
    private final long[] ends;
    private final Creation[] creations;

    Lives(Jvm jvm, List<List<Creation>> sites, SplittableRandom random) {
        int count = jvm.threads();
        starts = random.longs(count, 0, jvm.length().toNanos()).sorted().toArray();
        ends = new long[count];
        creations = new Creation[count];
        int leaking = jvm.service().leaking() < 0 ? -1 : jvm.service().leaking() % sites.size();
        for (int index = 0; index < count; index++) {
            int site = leaking >= 0 && random.nextInt(100) < LEAKING_PERCENT ? leaking : random.nextInt(sites.size());
            List<Creation> creationsThere = sites.get(site);
            creations[index] = creationsThere.get(random.nextInt(creationsThere.size()));
            boolean stays = site == leaking || index < count / FIRST && random.nextInt(POOLED) == 0;
            long end = starts[index] + 1_000_000 + (long) (-Math.log(1 - random.nextDouble()) * SHORT_LIFE);
            ends[index] = stays || end >= jvm.length().toNanos() ? FOR_EVER : end;
        }
    }

    int count() {
        return starts.length;
    }

    long start(int thread) {
        return starts[thread];
    }

    long end(int thread) {
        return ends[thread];
    }

    Creation creation(int thread) {
        return creations[thread];
    }

    boolean isAlive(int thread, long time) {
        return starts[thread] <= time && ends[thread] > time;
    }

    /** How many have started by then. */
    int started(long time) {
        int found = Arrays.binarySearch(starts, time);
        return found < 0 ? -found - 1 : found + 1;
    }

    int alive(long time) {
        int alive = 0;
        for (int thread = started(time) - 1; thread >= 0; thread--) {
            alive += ends[thread] > time ? 1 : 0;
        }
        return alive;
    }
}
