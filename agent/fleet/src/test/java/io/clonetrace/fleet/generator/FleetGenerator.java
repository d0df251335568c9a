package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.FleetPlan.Jvm;
import io.clonetrace.fleet.generator.JvmRecording.Truth;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Makes recordings of a fleet from a few real ones that clonetrace recorded: the JDK's own events stay as they are but
 * for their times; hosts, pids, starts, call sites, threads and their names are others. A folder with the recordings,
 * and a table of what is in them, {@code truth.tsv}.
 */
public final class FleetGenerator {
    private static final String USAGE =
            "usage: FleetGenerator --to FOLDER [--jvms N] [--hosts N] [--days N] [--threads N]"
                    + " [--services N] [--spoiled PERCENT] [--seed N] RECORDING...";

    private final List<Template> templates;
    private final FleetPlan plan;
    private final int chunkThreads;

    /** A small fleet for tests, with recordings that are damaged, copied and compressed. */
    public static void small(Path template, Path folder, int jvms, int threads) throws IOException {
        write(template, folder, new FleetPlan(11, jvms, 5, 2, threads, 12, 33));
    }

    /** The same without recordings that are damaged, copied or compressed. */
    public static void sound(Path template, Path folder, int jvms, int threads) throws IOException {
        write(template, folder, new FleetPlan(11, jvms, 5, 2, threads, 12, 0));
    }

    private static void write(Path template, Path folder, FleetPlan plan) throws IOException {
        Files.createDirectories(folder);
        new FleetGenerator(List.of(template), plan).write(folder);
    }

    FleetGenerator(List<Path> recordings, FleetPlan plan) throws IOException {
        this(recordings, plan, JvmRecording.CHUNK_THREADS);
    }

    /** @param chunkThreads how many threads a chunk of a recording has at most, on average */
    FleetGenerator(List<Path> recordings, FleetPlan plan, int chunkThreads) throws IOException {
        templates = new ArrayList<>();
        for (Path recording : recordings) {
            templates.add(Template.of(recording));
        }
        this.plan = plan;
        this.chunkThreads = chunkThreads;
    }

    public static void main(String[] arguments) throws IOException {
        long seed = 1;
        int jvms = 1_000;
        int hosts = 100;
        int days = 2;
        int threads = 10_000;
        int services = 41;
        int spoiled = 0;
        Path folder = null;
        List<Path> recordings = new ArrayList<>();
        for (int index = 0; index < arguments.length; index++) {
            String argument = arguments[index];
            if (!argument.startsWith("--")) {
                recordings.add(Path.of(argument));
                continue;
            }
            if (++index == arguments.length) {
                throw new IllegalArgumentException(USAGE);
            }
            String value = arguments[index];
            switch (argument) {
                case "--to" -> folder = Path.of(value);
                case "--jvms" -> jvms = Integer.parseInt(value);
                case "--hosts" -> hosts = Integer.parseInt(value);
                case "--days" -> days = Integer.parseInt(value);
                case "--threads" -> threads = Integer.parseInt(value);
                case "--services" -> services = Integer.parseInt(value);
                case "--spoiled" -> spoiled = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (folder == null || recordings.isEmpty()) {
            throw new IllegalArgumentException(USAGE);
        }
        FleetPlan plan = new FleetPlan(seed, jvms, hosts, days, threads, services, spoiled);
        long bytes = new FleetGenerator(recordings, plan).write(folder);
        System.out.printf("%,d recordings of %,d bytes%n", jvms, bytes);
    }

    /**
     * Writes the recordings.
     *
     * @return how many bytes they have
     */
    long write(Path folder) throws IOException {
        List<Jvm> jvms = plan.all();
        Truth[] truths = new Truth[jvms.size()];
        AtomicLong bytes = new AtomicLong();
        IntStream.range(0, truths.length).parallel().forEach(index -> {
            truths[index] = write(folder, jvms.get(index), bytes);
        });
        List<String> lines = new ArrayList<>(List.of(Truth.header()));
        Arrays.stream(truths).map(Truth::line).forEach(lines::add);
        Files.write(folder.resolve("truth.tsv"), lines);
        return bytes.get();
    }

    private Truth write(Path folder, Jvm jvm, AtomicLong bytes) {
        Template template = templates.get(jvm.service().number() % templates.size());
        JvmRecording recording = new JvmRecording(template, jvm, plan, chunkThreads);
        Path file = folder.resolve(jvm.path());
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                recording.write(out);
            }
            bytes.addAndGet(Files.size(file));
            Spoiling spoiling = Spoiling.of(plan, jvm);
            if (spoiling != null) {
                spoiling.spoil(file);
            }
            return recording.truth(jvm.path(), spoiling);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
