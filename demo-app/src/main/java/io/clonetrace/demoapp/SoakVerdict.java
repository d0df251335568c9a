package io.clonetrace.demoapp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Whether a {@link Soak} grew, and whether its recording has all of it: {@code FOOTPRINTS RECORDING FROM RESIDENT
 * [CONTROL]}, where growth is looked for from the FROMth thread on, RESIDENT is the growth of resident memory, in MiB,
 * that is none, and CONTROL has the footprints of the same run without the agent. Prints a table; exit status 0 if all
 * is well, 1 if not.
 */
public final class SoakVerdict {
    private static final long MIB = 1024 * 1024;

    /** What the garbage collector leaves differs from time to time. */
    private static final long HEAP_SLACK = 2 * MIB;

    /** A mapping of a stack may be in glibc's cache or not. */
    private static final long MAPPINGS_SLACK = 16;

    private static final long FILES_SLACK = 1;

    private static final int PARTS = 3;

    private final long residentSlack;
    private boolean well = true;

    private SoakVerdict(long residentSlack) {
        this.residentSlack = residentSlack;
    }

    public static void main(String[] arguments) throws IOException {
        long from = Long.parseLong(arguments[2]);
        List<Footprint> warm = read(arguments[0], from);
        List<Footprint> control = arguments.length > 4 ? read(arguments[4], from) : List.of();
        SoakVerdict verdict = new SoakVerdict(Long.parseLong(arguments[3]) * MIB);
        SoakRecord record = SoakRecord.read(Path.of(arguments[1]));
        verdict.footprints(warm, control);
        verdict.counts(warm.get(warm.size() - 1).created(), record);
        if (!verdict.well) {
            System.exit(1);
        }
    }

    /** The JVM may have written lines of its own between. */
    private static List<Footprint> read(String file, long from) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.matches("[\\d ]+"))
                .map(Footprint::parse)
                .filter(one -> one.created() >= from)
                .toList();
    }

    private void footprints(List<Footprint> warm, List<Footprint> control) {
        System.out.printf(
                Locale.ROOT,
                "%,d to %,d threads: the most; %,d to %,d: the least%n%n%-22s %12s %12s %10s %10s%n",
                early(warm).get(0).created(),
                last(early(warm)).created(),
                late(warm).get(0).created(),
                last(warm).created(),
                "",
                "early",
                "late",
                "grew by",
                "JFR alone");
        row("heap, KiB", Footprint::heap, warm, control, HEAP_SLACK, 1024);
        row("resident, KiB", Footprint::resident, warm, control, residentSlack, 1024);
        row("its children's, KiB", Footprint::children, warm, control, residentSlack, 1024);
        row("file descriptors", Footprint::files, warm, control, FILES_SLACK, 1);
        row("mappings", Footprint::mappings, warm, control, MAPPINGS_SLACK, 1);
    }

    private void row(
            String name,
            ToLongFunction<Footprint> of,
            List<Footprint> warm,
            List<Footprint> control,
            long slack,
            long unit) {
        long growth = growth(of, warm);
        well &= growth <= slack;
        System.out.printf(
                Locale.ROOT,
                "%-22s %,12d %,12d %,10d %10s   %s%n",
                name,
                most(of, warm) / unit,
                least(of, warm) / unit,
                growth / unit,
                control.isEmpty() ? "-" : String.format(Locale.ROOT, "%,d", growth(of, control) / unit),
                growth > slack ? "GROWS, more than " + slack / unit : "ok");
    }

    /** What malloc and JFR keep goes up and down; what leaks is, late, always above what it ever was early. */
    private static long growth(ToLongFunction<Footprint> of, List<Footprint> footprints) {
        return least(of, footprints) - most(of, footprints);
    }

    private static long most(ToLongFunction<Footprint> of, List<Footprint> footprints) {
        return early(footprints).stream().mapToLong(of).max().orElseThrow();
    }

    private static long least(ToLongFunction<Footprint> of, List<Footprint> footprints) {
        return late(footprints).stream().mapToLong(of).min().orElseThrow();
    }

    private static List<Footprint> early(List<Footprint> all) {
        return all.subList(0, Math.max(1, all.size() / PARTS));
    }

    private static List<Footprint> late(List<Footprint> all) {
        return all.subList(all.size() - Math.max(1, all.size() / PARTS), all.size());
    }

    private static Footprint last(List<Footprint> all) {
        return all.get(all.size() - 1);
    }

    private void counts(long created, SoakRecord record) {
        System.out.println();
        count("threads created", created, created);
        count("in ThreadStart", record.starts(), created);
        count("in ThreadStack, at end", record.stacks(), created);
        count("in Clone", record.clones(), created - record.lost());
        count("lost by " + record.source(), record.lost(), created - record.clones());
        count("failures of the hook", record.suppressed(), 0);
    }

    private void count(String name, long is, long expected) {
        well &= is == expected;
        System.out.printf(Locale.ROOT, "%-22s %,14d   %s%n", name, is, is == expected ? "ok" : "NOT " + expected);
    }
}
