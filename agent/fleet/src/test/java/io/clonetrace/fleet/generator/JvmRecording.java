package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.FleetPlan.Jvm;
import io.clonetrace.fleet.generator.jfr.ChunkWriter;
import io.clonetrace.fleet.generator.jfr.EventRow;
import io.clonetrace.fleet.generator.jfr.RecordedChunk.Times;
import io.clonetrace.fleet.generator.jfr.Type;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the recording of a JVM that ran longer than the template, elsewhere, and with other threads. */
final class JvmRecording {
    /** With so many threads, a chunk is as large as JFR's usual ones. */
    static final int CHUNK_THREADS = 25_000;

    /** What happened once; all else each chunk of a recording has, or happens again. */
    private static final Set<String> ONCE = Set.of(
            Template.START,
            Template.CLONE,
            Template.JDK_START,
            Template.JDK_END,
            "clonetrace.ThreadStartFailed",
            "jdk.ProcessStart");

    private static final String HOST = "HOSTNAME";
    private static final int HEAVY_THREADS = 2;

    private final Template template;
    private final Jvm jvm;
    private final Renaming renaming;
    private final Lives lives;
    private final ThreadEvents threads;
    private final int chunkThreads;
    private final long begin;

    /** @param chunkThreads how many threads a chunk has at most, on average */
    JvmRecording(Template template, Jvm jvm, FleetPlan plan, int chunkThreads) {
        this.template = template;
        this.chunkThreads = chunkThreads;
        this.jvm = jvm;
        renaming = Renaming.of(template.chunk(), jvm.service(), jvm.day());
        lives = new Lives(jvm, template.sites(), plan.random(jvm));
        threads = new ThreadEvents(template, jvm, renaming, lives);
        begin = nanos(jvm.recorded());
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000 + time.getNano();
    }

    /** What the recording shows, for comparison. */
    Truth truth(String path, Spoiling spoiling) {
        long end = jvm.length().toNanos();
        return new Truth(path, jvm, spoiling, lives.count(), lives.alive(end), template.clonesOfRest() + lives.count());
    }

    void write(OutputStream out) throws IOException {
        int chunks = Math.max(1, (lives.count() + chunkThreads - 1) / chunkThreads);
        long slice = jvm.length().toNanos() / chunks;
        Times own = template.chunk().times();
        // Ticks are counted from the machine's start. With the same ticks, recordings that begin in the same
        // millisecond were one.
        long machine = own.startTicks() + jvm.number() * own.ticksPerSecond();
        for (int number = 0; number < chunks; number++) {
            long ticks = (long) (number * slice * (own.ticksPerSecond() / 1e9));
            Times times = new Times(begin + number * slice, slice, machine + ticks, own.ticksPerSecond());
            // What came of rounding belongs to the last.
            long until = number == chunks - 1 ? jvm.length().toNanos() : (number + 1) * slice;
            write(times, number * slice, until, out);
        }
    }

    private void write(Times times, long from, long until, OutputStream out) throws IOException {
        ChunkWriter chunk = new ChunkWriter(template.chunk(), times);
        Clock clock = new Clock(template.chunk().times(), times, begin);
        Map<Type, Map<Long, Object>> constants = renaming.constants(template.chunk());
        threads.begin(chunk, clock, constants);
        for (EventRow event : template.rest()) {
            if (from == 0 || !ONCE.contains(event.type().name()) && !"end".equals(event.text("moment"))) {
                chunk.event(adapted(event, clock));
            }
        }
        host(chunk, clock);
        threads.write(from, until);
        chunk.finish(constants, out);
    }

    /** Another JVM's event, at another time. */
    private EventRow adapted(EventRow event, Clock clock) {
        EventRow own = renaming.event(event);
        clock.move(own);
        threads.moveTids(own);
        long at = clock.time(own.number("startTime")) - begin;
        switch (own.type().name()) {
            case "jdk.JVMInformation" -> {
                own.with("pid", (long) jvm.pid());
                if (jvm.service().image().jvmVersion() != null) {
                    own.with("jvmVersion", jvm.service().image().jvmVersion());
                }
            }
            case "jdk.OSInformation" ->
                own.with("osVersion", jvm.service().image().system(own.text("osVersion")));
            case "jdk.InitialEnvironmentVariable" -> {
                if (HOST.equals(own.text("key"))) {
                    own.with("value", jvm.host());
                }
            }
            case "jdk.JavaThreadStatistics" -> {
                own.with("activeCount", own.number("activeCount") + lives.alive(at));
                own.with("accumulatedCount", own.number("accumulatedCount") + lives.started(at));
                own.with("peakCount", own.number("peakCount") + lives.alive(at));
            }
            case "clonetrace.SourceStatus" -> {
                if (template.isCloneSource(own.text("source"))) {
                    long seen = Math.min(own.number("seen"), template.clonesOfRest());
                    own.with("seen", at < 0 ? seen : seen + lives.started(at));
                }
            }
            case "clonetrace.ThreadLimit" -> limit(own, lives.alive(at));
            default -> {}
        }
        return own;
    }

    private void limit(EventRow limit, int alive) {
        long used = limit.number("used");
        String name = limit.text("limit");
        if (jvm.hasTightLimit() && "pids.max".equals(name)) {
            limit.with("used", (long) alive + 31)
                    .with("max", ThreadEvents.tightLimit(lives, jvm))
                    .with("location", "/sys/fs/cgroup/pids.max");
        } else if (used >= 0 && !String.valueOf(name).contains("memory")) {
            limit.with("used", used + (long) alive * ("vm.max_map_count".equals(name) ? HEAVY_THREADS : 1));
        }
    }

    /** Where the template has no name of a host. */
    private void host(ChunkWriter chunk, Clock clock) {
        List<EventRow> variables = template.chunk().events("jdk.InitialEnvironmentVariable");
        boolean known = variables.stream().anyMatch(variable -> HOST.equals(variable.text("key")));
        if (!known && !variables.isEmpty()) {
            EventRow variable = adapted(variables.get(0), clock);
            chunk.event(variable.with("key", HOST).with("value", jvm.host()));
        }
    }

    /**
     * What a recording shows.
     *
     * @param path in the fleet's folder
     * @param spoiling what was done to it then; null for nothing
     * @param started threads that Java code started while it recorded, of call sites
     * @param alive of them, those that lived at its end
     * @param clones calls that made a task
     */
    record Truth(String path, Jvm jvm, Spoiling spoiling, int started, int alive, long clones) {
        static String header() {
            return "path\tservice\thost\tpid\tday\tleaks\tspoiled\tstarted\talive\tclones";
        }

        String line() {
            return String.join(
                    "\t",
                    path,
                    jvm.service().name(),
                    jvm.host(),
                    String.valueOf(jvm.pid()),
                    String.valueOf(jvm.day() + 1),
                    String.valueOf(jvm.service().leaking() >= 0),
                    spoiling == null ? "no" : spoiling.name().toLowerCase(Locale.ROOT),
                    String.valueOf(started),
                    String.valueOf(alive),
                    String.valueOf(clones));
        }
    }
}
