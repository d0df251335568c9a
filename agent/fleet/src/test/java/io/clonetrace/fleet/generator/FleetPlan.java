package io.clonetrace.fleet.generator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Which JVMs there are. The same plan gives the same fleet.
 *
 * @param jvms recordings, one of each JVM
 * @param hosts machines that they are on
 * @param days over how many days
 * @param threads that each starts while recorded
 * @param services programs of which the JVMs are instances
 * @param spoiled of a hundred recordings, how many are damaged, copied, packed or without clonetrace; 0 for none
 */
record FleetPlan(long seed, int jvms, int hosts, int days, int threads, int services, int spoiled) {
    private static final Instant FIRST_DAY = Instant.parse("2026-11-02T00:00:00Z");
    private static final Duration RECORDED = Duration.ofHours(1);
    private static final int HOURS = 23;
    private static final int LEAKING = 7;
    private static final int TIGHT = 11;
    private static final int FIRST_PID = 1_000;
    /** So that the tids of two JVMs of a host differ, as the kernel has them. */
    private static final int PIDS = 20_011;

    /** Names as hostile as those of real threads; a tenth of the services has each. */
    private static final List<String> HOSTILE = List.of(
            "it's \"quoted\"; DROP TABLE thread; --",
            "two\nlines\tand a tab",
            "half a pair \ud83d",
            "\u202eback to front \u0000 and \u00fc\u4e2d\ud83d\ude00");

    /**
     * A program.
     *
     * @param leaking the place of the call site that leaks; -1 if none does
     * @param hostile what the names of its threads begin with; empty for nothing
     */
    record Service(int number, String name, Image image, int leaking, String hostile) {
        /** Another line of code: that of a release of the service. */
        int lines(int day) {
            return number % 13 + 2 * (day / 2);
        }
    }

    /**
     * A JVM.
     *
     * @param recorded when its recording began
     */
    record Jvm(
            int number,
            Service service,
            String host,
            int pid,
            int day,
            Instant recorded,
            Duration length,
            int threads) {
        /** Whether it is in a cgroup that it fills. */
        boolean hasTightLimit() {
            return service.number() % TIGHT == TIGHT - 1;
        }

        /** Where in the fleet's folder its recording is. */
        String path() {
            return "service=" + service.name() + "/day" + (day + 1) + '/' + host + '-' + pid + ".jfr";
        }
    }

    List<Service> programs() {
        List<Service> all = new ArrayList<>();
        for (int number = 0; number < services; number++) {
            // A third of the programs has an image of its own; leaks are in every seventh.
            int image = number % 3 == 0 ? number / 3 % Image.ALL.size() : 0;
            int hostile = number % 10;
            all.add(new Service(
                    number,
                    "shop" + (number + 1),
                    Image.ALL.get(image),
                    number % LEAKING == 1 ? number / LEAKING : -1,
                    number >= 2 && hostile < HOSTILE.size() ? HOSTILE.get(hostile) : ""));
        }
        return all;
    }

    List<Jvm> all() {
        List<Service> programs = programs();
        Random random = new Random(seed);
        List<Jvm> all = new ArrayList<>();
        for (int number = 0; number < jvms; number++) {
            int day = number % days;
            Instant recorded = FIRST_DAY
                    .plus(Duration.ofDays(day))
                    .plus(Duration.ofHours(random.nextInt(HOURS)))
                    .plusMillis(random.nextInt(1_000));
            all.add(new Jvm(
                    number,
                    programs.get(number % services),
                    "node-" + (1 + number % hosts),
                    FIRST_PID + PIDS * (number / hosts),
                    day,
                    recorded,
                    RECORDED,
                    threads));
        }
        return all;
    }

    SplittableRandom random(Jvm jvm) {
        return new SplittableRandom(seed * 1_000_003 + jvm.number());
    }
}
