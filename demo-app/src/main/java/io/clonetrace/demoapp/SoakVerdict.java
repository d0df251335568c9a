package io.clonetrace.demoapp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Whether a {@link Soak} grew, and whether its recording has all of it: {@code FOOTPRINTS RECORDING FROM RESIDENT},
 * where growth is looked for from the FROMth thread on, and RESIDENT is the growth of resident memory, in MiB, that is
 * none. Prints a table; exit status 0 if all is well, 1 if not.
 */
public final class SoakVerdict {
    private static final long MIB = 1024 * 1024;

    /** What the garbage collector leaves differs from time to time. */
    private static final long HEAP_SLACK = 2 * MIB;

    /** A mapping of a stack may be in glibc's cache or not. */
    private static final long MAPPINGS_SLACK = 16;

    private static final long FILES_SLACK = 1;

    private static final int PARTS = 3;

    private final List<Footprint> warm;
    private final long residentSlack;
    private boolean well = true;

    private SoakVerdict(List<Footprint> warm, long residentSlack) {
        this.warm = warm;
        this.residentSlack = residentSlack;
    }

    public static void main(String[] arguments) throws IOException {
        List<Footprint> all = Files.readAllLines(Path.of(arguments[0])).stream()
                .filter(line -> !line.equals(Footprint.HEADER))
                .map(Footprint::parse)
                .toList();
        long created = all.get(all.size() - 1).created();
        long from = Long.parseLong(arguments[2]);
        SoakVerdict verdict = new SoakVerdict(
                all.stream().filter(one -> one.created() >= from).toList(), Long.parseLong(arguments[3]) * MIB);
        SoakRecord record = SoakRecord.read(Path.of(arguments[1]));
        verdict.footprints();
        verdict.counts(created, record);
        if (!verdict.well) {
            System.exit(1);
        }
    }

    private void footprints() {
        int part = Math.max(1, warm.size() / PARTS);
        List<Footprint> early = warm.subList(0, part);
        List<Footprint> late = warm.subList(warm.size() - part, warm.size());
        System.out.printf(
                Locale.ROOT,
                "%,d to %,d threads: the most; %,d to %,d: the least%n%n%-22s %14s %14s %12s%n",
                early.get(0).created(),
                early.get(part - 1).created(),
                late.get(0).created(),
                late.get(part - 1).created(),
                "",
                "early",
                "late",
                "grew by");
        row("heap, KiB", Footprint::heap, early, late, HEAP_SLACK, 1024);
        row("resident, KiB", Footprint::resident, early, late, residentSlack, 1024);
        row("file descriptors", Footprint::files, early, late, FILES_SLACK, 1);
        row("mappings", Footprint::mappings, early, late, MAPPINGS_SLACK, 1);
    }

    /** What malloc and JFR keep goes up and down; what leaks is, late, always above what it ever was early. */
    private void row(
            String name,
            ToLongFunction<Footprint> of,
            List<Footprint> early,
            List<Footprint> late,
            long slack,
            long unit) {
        long most = early.stream().mapToLong(of).max().orElseThrow();
        long least = late.stream().mapToLong(of).min().orElseThrow();
        boolean grew = least - most > slack;
        well &= !grew;
        System.out.printf(
                Locale.ROOT,
                "%-22s %,14d %,14d %,12d   %s%n",
                name,
                most / unit,
                least / unit,
                (least - most) / unit,
                grew ? "GROWS, more than " + slack / unit : "ok");
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
