package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** The limits of a process's cgroup and of each of its ancestors: on threads and on memory. Not thread-safe. */
final class CgroupLimits {
    /** Version 1's word for no limit: PAGE_COUNTER_MAX pages of whatever size (linux/page_counter.h). */
    private static final long NO_LIMIT = Long.MAX_VALUE - (1 << 16);

    private static final Files PIDS = new Files("pids", Unit.TASKS, "pids.max", "pids.current", List.of());
    private static final Files MEMORY =
            new Files("memory", Unit.MEMORY, "memory.max", "memory.current", List.of("inactive_file", "active_file"));
    private static final Files MEMORY_VERSION_1 = new Files(
            "memory",
            Unit.MEMORY,
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            List.of("total_inactive_file", "total_active_file"));

    private static final String EVENTS = "/pids.events";
    private static final String OWN_EVENTS = "/pids.events.local"; // since Linux 6.12
    private static final String PEAK = "/pids.peak"; // since Linux 6.6

    private final ProcText text;
    private final CgroupFolders folders;

    /**
     * @param cache the fields of the page cache in memory.stat, which counts as used and is reclaimed when memory is
     *     needed
     */
    private record Files(String controller, Unit unit, String max, String used, List<String> cache) {}

    CgroupLimits(ProcText text, CgroupFolders folders) {
        this.text = text;
        this.folders = folders;
    }

    /**
     * Adds all of them.
     *
     * @param cgroup the process's or thread's {@code cgroup}
     */
    void addTo(List<ThreadLimit> limits, String cgroup) {
        if (!text.read(cgroup)) {
            String why = text.failure();
            limits.add(unknown(PIDS, cgroup, why));
            limits.add(unknown(MEMORY, cgroup, why));
            return;
        }
        List<String> lines = text.lines();
        add(limits, PIDS, folders.of(PIDS.controller, lines), cgroup);
        CgroupFolders.Found memory = folders.of(MEMORY.controller, lines);
        add(limits, memory.version2() ? MEMORY : MEMORY_VERSION_1, memory, cgroup);
    }

    /**
     * How often its limits on threads have refused one.
     *
     * @param cgroup as for {@link #addTo}
     */
    CgroupRefusals refusals(String cgroup) {
        if (!text.read(cgroup)) {
            return new CgroupRefusals(List.of(), null);
        }
        CgroupFolders.Found found = folders.of(PIDS.controller, text.lines());
        List<CgroupRefusals.Count> counts = new ArrayList<>();
        String outermost = null;
        for (String folder : found.innermostFirst()) {
            String max = folder + "/" + PIDS.max;
            // A root has no limit, and a folder without one that is not the outermost is another kind of cgroup.
            outermost = new File(max).exists() ? folder : null;
            boolean itsOwn = text.read(folder + OWN_EVENTS);
            String file = folder + (itsOwn ? OWN_EVENTS : EVENTS);
            if ((itsOwn || text.read(file)) && text.number("max") != ThreadLimit.UNKNOWN) {
                counts.add(new CgroupRefusals.Count(file, max, text.number("max"), itsOwn));
            }
        }
        return new CgroupRefusals(List.copyOf(counts), outermost);
    }

    private void add(List<ThreadLimit> limits, Files files, CgroupFolders.Found found, String cgroup) {
        if (found.missing() != null) {
            limits.add(unknown(files, cgroup, found.missing()));
            return;
        }
        int before = limits.size();
        for (String folder : found.innermostFirst()) {
            String max = folder + "/" + files.max;
            if (!new File(folder).isDirectory()) {
                limits.add(unknown(files, max, "there is no such folder"));
            } else if (new File(max).exists()) {
                limits.add(read(files, folder, max));
            }
            // Otherwise it is the root, or the controller is off here: there is no limit.
        }
        if (limits.size() == before) {
            limits.add(unknown(files, found.innermostFirst().get(0), "no cgroup of the process limits it")
                    .notHolding());
        }
    }

    private ThreadLimit read(Files files, String folder, String location) {
        if (!text.read(location)) {
            return unknown(files, location, text.failure());
        }
        long max = text.number();
        boolean none = text.isMax() || max >= NO_LIMIT;
        if (!none && max == ThreadLimit.UNKNOWN) {
            return unknown(files, location, "it holds no number");
        }
        long used = text.read(folder + "/" + files.used) ? text.number() : ThreadLimit.UNKNOWN;
        ThreadLimit limit = ThreadLimit.of(files.max, files.unit, used, none ? ThreadLimit.UNKNOWN : max, location);
        if (none) {
            return limit.withNote("no limit").notHolding();
        }
        if (files.unit == Unit.TASKS && text.read(folder + PEAK) && text.number() != ThreadLimit.UNKNOWN) {
            return limit.withNote("peak " + text.number());
        }
        return files.cache.isEmpty() ? limit : limit.withReserve(-cache(files, folder));
    }

    private long cache(Files files, String folder) {
        long bytes = 0;
        if (text.read(folder + "/memory.stat")) {
            for (String word : files.cache) {
                long found = Math.max(0, text.number(word));
                bytes = found > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + found;
            }
        }
        return bytes;
    }

    private static ThreadLimit unknown(Files files, String location, String why) {
        return ThreadLimit.of(files.max, files.unit, ThreadLimit.UNKNOWN, ThreadLimit.UNKNOWN, location)
                .withNote(why);
    }
}
